/** REDOX_ATTRIBUTION: a destination that names patients otherwise than they are asked for, trusted in that as far as it is safe. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toRedoxItem } from '../../sandbox/charts/chart.ts';
import type { AnswerHook, ChartDocument, RawItem } from '../../sandbox/sandbox.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { patientsIn } from '../support/core.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';

type RawIdentifier = { readonly ID: string | undefined; readonly IDType: string | null };
const naming = (document: ChartDocument, ...Identifiers: RawIdentifier[]): RawItem => {
  const item = toRedoxItem(document);
  return { raw: { ...(typeof item === 'object' ? item : {}), Patient: { Identifiers } } };
};

const charts = ['a', 'b', 'c'].flatMap((name) => [
  chartDocument(name, { documentId: `${name}-1` }),
  chartDocument(name, { documentId: `${name}-2`, documentType: 'Consent Form', visitNumber: `W-${name}` }),
]);

/** Every document names its patient by an identifier that nobody asks by. */
const renamed: AnswerHook = (_, documents) =>
  documents.map((one) => naming(one, { ID: `own-${one.identifiers[0]?.id}`, IDType: 'ENTERPRISE' }));
const trusted = { REDOX_ATTRIBUTION: 'general=lone' };

const MEDIA = 'media { nodes { documentId patient { identifier { value } } } }';
const CHARTS = `query ($patients: [PatientInput!]!) { patients(patients: $patients) { ${MEDIA} } }`;
type Answer = { patients: { media: { nodes: Found[] } | null }[] };
type Found = { documentId: string; patient: { identifier: { value: string } } | null };

async function askFor(gateway: TestGateway, names: readonly string[], headers = {}) {
  const { data, errors } = await gateway.ask<Answer>(
    CHARTS,
    { patients: names.map(byRecordNumber) },
    headers,
  );
  const found = data?.patients.map(({ media }) =>
    media?.nodes.map(({ documentId, patient }) => `${documentId} of ${patient?.identifier.value}`).sort(),
  );
  return { found, codes: errors.map(({ extensions }) => extensions.code) };
}

describe('a trusted destination', () => {
  test('gives each patient the documents of a call of its own, as the patient who was asked for', async () => {
    await using gateway = await startTestGateway({ charts, answer: renamed }, trusted);
    expect(await askFor(gateway, ['a', 'b'])).toEqual({
      found: [
        ['a-1 of SYN-a', 'a-2 of SYN-a'],
        ['b-1 of SYN-b', 'b-2 of SYN-b'],
      ],
      codes: [],
    });
    expect(gateway.redox.calls.map(patientsIn).sort()).toEqual([['a'], ['b']]);
  });

  test('is asked for one patient in a call where several are searched for together', async () => {
    await using gateway = await startTestGateway({ charts, answer: renamed }, trusted);
    const patients = ['a', 'b', 'c'].map(byRecordNumber);
    const { data } = await gateway.ask<{ mediaSearch: { nodes: Found[] } }>(
      `query ($patients: [PatientInput!]) { mediaSearch(filter: { patients: $patients, documentTypes: ["Photo"] }) {
         nodes { documentId patient { identifier { value } } } } }`,
      { patients },
    );
    expect(
      data?.mediaSearch.nodes.map((one) => [one.documentId, one.patient?.identifier.value]).sort(),
    ).toEqual([
      ['a-1', 'SYN-a'],
      ['b-1', 'SYN-b'],
      ['c-1', 'SYN-c'],
    ]);
    expect(gateway.redox.calls.map(patientsIn).sort()).toEqual([['a'], ['b'], ['c']]);
  });

  test('answers what is narrower from the same call, matched by all but the patient', async () => {
    await using gateway = await startTestGateway({ charts, answer: renamed }, trusted);
    const calls = await gateway.countCalls(async () => {
      const { data } = await gateway.ask(`{ patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) {
        media { totalCount } photos: media(filter: { documentTypes: ["Photo"] }) { totalCount }
        visits { visitNumber media { totalCount } } } }`);
      expect(data).toEqual({
        patient: {
          media: { totalCount: 2 },
          photos: { totalCount: 1 },
          visits: [
            { visitNumber: 'V-a', media: { totalCount: 1 } },
            { visitNumber: 'W-a', media: { totalCount: 1 } },
          ],
        },
      });
    });
    expect(calls).toBe(1);
  });

  test('is not trusted with documents of more than one person', async () => {
    const [first, second] = charts;
    if (!first || !second) throw new Error('there are charts');
    const own = (id: string) => ({ ID: id, IDType: 'ENTERPRISE' });
    const mr = { ID: 'SYN-a', IDType: 'MR' };
    const outcomes: Record<string, unknown> = {};
    const answers: Record<string, RawItem[]> = {
      one: [naming(first, own('1'), own('2')), naming(second, own('2'), own('3'))],
      two: [naming(first, own('1')), naming(second, own('2'))],
      'the asked one and another': [naming(first, mr), naming(second, own('2'))],
      'the asked one by two names': [naming(first, mr, own('2')), naming(second, own('2'))],
      'one, and one who cannot be read': [naming(first, own('1')), naming(second, { ID: '1', IDType: null })],
    };
    for (const [name, answer] of Object.entries(answers)) {
      await using gateway = await startTestGateway({ charts, answer: () => answer }, trusted);
      const { found, codes } = await askFor(gateway, ['a']);
      outcomes[name] = codes[0] ?? found?.[0]?.length;
    }
    expect(outcomes).toEqual({
      one: 2,
      two: 'UNATTRIBUTED',
      'the asked one and another': 'UNATTRIBUTED',
      'the asked one by two names': 2,
      'one, and one who cannot be read': 1,
    });
  });

  test('shows a caller who is limited to a patient that patient’s documents, and others only what they name', async () => {
    const settings = { ...trusted, AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
    await using gateway = await startTestGateway(
      { charts, answer: renamed },
      { ...settings, AUTH_JWKS_FILE: await writeJwksFile() },
    );
    const authorization = `Bearer ${await signToken({ claims: { redox_patients: ['MR|SYN-a'] } })}`;
    expect(await askFor(gateway, ['a', 'b'], { authorization })).toEqual({
      found: [['a-1 of SYN-a', 'a-2 of SYN-a'], undefined],
      codes: ['FORBIDDEN'],
    });
    const { data } = await gateway.ask('{ media(documentId: "b-1") { documentId } }', {}, { authorization });
    expect(data).toEqual({ media: null });
  });

  test('the audit trail names the patient who was asked for', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'audit-')), 'audit.jsonl');
    const settings = { ...trusted, AUDIT_FILE: file, AUDIT_PATIENTS: 'plain' };
    await using gateway = await startTestGateway({ charts, answer: renamed }, settings);
    const query =
      'query ($patients: [PatientInput!]) { mediaSearch(filter: { patients: $patients }) { totalCount } }';
    await gateway.ask(query, { patients: ['a', 'b'].map(byRecordNumber) });
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    const accesses = lines.map((line) => JSON.parse(line) as { identifiers?: string[]; items: number });
    expect(accesses.map(({ identifiers, items }) => [identifiers, items])).toEqual([
      [['MR|SYN-a'], 2],
      [['MR|SYN-b'], 2],
    ]);
  });

  test('a document without an id is found again by its sealed id', async () => {
    const answer: AnswerHook = (query, documents) =>
      renamed(
        query,
        documents.map((one) => ({ ...one, documentId: null })),
      );
    await using gateway = await startTestGateway({ charts, answer }, trusted);
    const ofPatient = 'patient(identifiers: [{ value: "SYN-a", idType: "MR" }])';
    const { data } = await gateway.ask<{ patient: { media: { nodes: { id: string }[] } } }>(
      `{ ${ofPatient} { media { nodes { id } } } }`,
    );
    const ids = data?.patient.media.nodes.map(({ id }) => id) ?? [];
    const again = await gateway.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(again.data).toEqual({ nodes: ids.map((id) => ({ id })) });
    expect(ids).toHaveLength(2);
  });
});

test('another destination is matched exactly', async () => {
  const answer: AnswerHook = (query, documents) => renamed(query, documents);
  await using gateway = await startTestGateway({ charts, answer }, { REDOX_ATTRIBUTION: 'county=lone' });
  expect((await askFor(gateway, ['a'])).codes).toEqual(['UNATTRIBUTED']);
});
