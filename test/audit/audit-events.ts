/** FHIR AuditEvents of every kind, from a gateway that reads and writes. */
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { startTestGateway } from '../support/gateway.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';
import { DELETE, deletion, REPLACE, SAVE, saving } from '../writes/inputs.ts';
import type { AuditEvent } from './balp.ts';
import { type Line, linesOf, newFile, verify } from './lines.ts';

const PATIENTS =
  'query Charts($patients: [PatientInput!]!) { patients(patients: $patients) { media { totalCount } } }';

export interface EventLine extends Line {
  readonly resource: AuditEvent;
}

/** Reads and writes as a person, as a program and as nobody known to the issuer, some of them refused or failed. */
export async function recordEvents(): Promise<readonly EventLine[]> {
  const file = await newFile();
  const auth = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  await using gateway = await startTestGateway(
    { charts: [chartDocument('a', { documentId: 'a-1' })] },
    { ...auth, AUTH_JWKS_FILE: await writeJwksFile(), AUDIT_FILE: file, AUDIT_FORMAT: 'fhir' },
  );
  const scope = 'media:read media:write';
  const person = { scope, sub: 'clinician', client_id: 'viewer' };
  const ask = async (claims: object, query: string, variables: Record<string, unknown>) => {
    const authorization = `Bearer ${await signToken({ claims: { ...claims } })}`;
    await gateway.ask(query, variables, { authorization });
  };
  const patients = ['a', 'none'].map(byRecordNumber);
  await ask(person, PATIENTS, { patients });
  await ask({ scope, client_id: 'importer', sub: undefined }, PATIENTS, { patients });
  await ask(person, '{ media(documentId: "a-1") { documentType } }', {});
  await ask(person, '{ media(documentId: "none") { documentType } }', {});
  await ask({ ...person, redox_patients: ['MR|SYN-b'] }, PATIENTS, { patients });
  await ask(person, SAVE, { input: saving('a', { clientMutationId: 'once' }) });
  // Not sent again: answered by what is remembered.
  await ask(person, SAVE, { input: saving('a', { clientMutationId: 'once' }) });
  await ask(person, REPLACE, { input: saving('a', { originalDocumentId: 'a-1' }) });
  await ask({ scope, client_id: 'importer', sub: undefined }, DELETE, { input: deletion('a') });
  await ask({ ...person, redox_patients: ['MR|SYN-b'] }, SAVE, { input: saving('a') });
  gateway.redox.answerWrite = () => ({ status: 504 });
  gateway.redox.answer = () => ({ status: 500 });
  await ask(person, DELETE, { input: deletion('a') });
  await ask(person, PATIENTS, { patients });
  if ((await verify(file)).code !== 0) throw new Error('the audit trail is not whole');
  return (await linesOf(file)) as EventLine[];
}
