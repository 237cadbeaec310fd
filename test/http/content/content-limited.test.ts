/** Links of callers who are limited to patients: Redox is asked for the file of their patient alone, by whichever caller. */
import { expect, test } from 'vitest';
import { startTestGateway } from '../../support/gateway.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../callers/issuer.ts';

const MAX_BYTES = 100_000;
const OF_A = Buffer.from('synthetic file of a').toString('base64');
const CHARTS = [
  chartDocument('a', { documentId: 'doc', fileContents: OF_A }),
  // Another patient's document has the same id, and is larger than a reply may be.
  chartDocument('b', { documentId: 'doc', fileContents: 'A'.repeat(2 * MAX_BYTES) }),
];

async function startLimited() {
  const gateway = await startTestGateway(
    { charts: CHARTS },
    {
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: await writeJwksFile(),
      REDOX_MAX_RESPONSE_BYTES: String(MAX_BYTES),
      RECENT_FILE_BYTES: '0',
    },
  );
  const linkFor = async (claims: object, field: string) => {
    const token = await signToken({ claims: { scope: 'media:read content:read', ...claims } });
    const { data } = await gateway.ask<{ one: { url: string } }>(
      field,
      {},
      { authorization: `Bearer ${token}` },
    );
    return /"(http[^"]+)"/.exec(JSON.stringify(data))?.[1] ?? '';
  };
  return { gateway, linkFor };
}

const filtersOf = ({ query }: { readonly query: unknown }) => ({ ...(query as object), Meta: undefined });
const entry = (ID: string, IDType: string) => ({ Identifiers: [{ ID, IDType }] });

test.each([
  ['MR|SYN-a', entry('SYN-a', 'MR')],
  ['EHRID|e-a', entry('e-a', 'EHRID')],
])('rights by %s: the file comes from a call for that patient', async (patient, asked) => {
  const { gateway, linkFor } = await startLimited();
  await using _ = gateway;
  const claims = { redox_patients: ['MR|SYN-elsewhere', patient] };
  const url = await linkFor(claims, '{ media(documentId: "doc") { content { url } } }');
  gateway.redox.calls.length = 0;
  for (const method of ['GET', 'HEAD']) {
    const response = await fetch(url, { method });
    expect(response.status).toBe(200);
    if (method === 'GET') expect(await response.text()).toBe('synthetic file of a');
  }
  const filters = { Patients: [asked], DocumentIDs: ['doc'] };
  expect(gateway.redox.calls.map(filtersOf)).toEqual([filters, filters]);
});

test('also of a document that names no patient: its caller asked for its patient', async () => {
  const { gateway, linkFor } = await startLimited();
  await using _ = gateway;
  const nameless = chartDocument('a', { documentId: 'nameless', identifiers: [], fileContents: OF_A });
  // As some destinations do: what belongs to the one patient of a query need not say so.
  gateway.redox.answer = ({ patients }) =>
    patients?.length === 1 && patients[0]?.some(({ id }) => id === 'SYN-a') ? [nameless] : [];
  const field = `{ patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { media { nodes { content { url } } } } }`;
  const url = await linkFor({ redox_patients: ['MR|SYN-a'] }, field);
  expect(await (await fetch(url)).text()).toBe('synthetic file of a');
});

test('a link of a caller without a limit asks by the document alone', async () => {
  const { gateway, linkFor } = await startLimited();
  await using _ = gateway;
  gateway.redox.answer = (_query, documents) => documents.slice(0, 1);
  const url = await linkFor({}, '{ media(documentId: "doc") { content { url } } }');
  gateway.redox.calls.length = 0;
  expect((await fetch(url)).status).toBe(200);
  expect(gateway.redox.calls.map(filtersOf)).toEqual([{ DocumentIDs: ['doc'] }]);
});
