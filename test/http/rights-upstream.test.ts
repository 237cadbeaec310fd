/**
 * A caller who is limited to patients, seen from Redox: no call asks for anyone else, and what is others' cannot be told from what
 * is not there.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RecordedCall } from '../../sandbox/sandbox.ts';
import { type Line, linesOf, newFile } from '../audit/lines.ts';
import { holdAnswers } from '../support/gate.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { saving } from '../writes/inputs.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from './callers/issuer.ts';

const MAX_BYTES = 100_000;
const CHARTS = [
  chartDocument('a', { documentId: 'a-1', visitNumber: 'V-shared' }),
  chartDocument('a', { documentId: 'a-2', visitNumber: 'V-a' }),
  chartDocument('c', { documentId: 'c-1', visitNumber: 'V-shared' }),
  chartDocument('b', { documentId: 'b-1', visitNumber: 'V-shared' }),
  // No reply may hold it.
  chartDocument('b', { documentId: 'b-2', visitNumber: 'V-b', fileContents: 'A'.repeat(2 * MAX_BYTES) }),
  chartDocument('a', { documentId: 'a-3', visitNumber: 'V-a', destination: 'county' }),
];

let gateway: TestGateway;
let auditFile: string;
beforeAll(async () => {
  auditFile = await newFile();
  const auth = {
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_PATIENT_ID_TYPE: 'EHRID',
  };
  const settings = { AUDIT_FILE: auditFile, REDOX_MAX_RESPONSE_BYTES: String(MAX_BYTES) };
  gateway = await startTestGateway(
    { charts: CHARTS },
    { ...auth, ...settings, AUTH_JWKS_FILE: await writeJwksFile() },
  );
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.redox.calls.length = 0;
});
afterEach(() => {
  gateway.redox.answer = undefined;
  gateway.redox.answerWrite = undefined;
});

async function askAs(claims: Record<string, unknown>, query: string, variables = {}) {
  const authorization = `Bearer ${await signToken({ claims: { scope: 'media:read content:read', ...claims } })}`;
  const { status, data, errors } = await gateway.ask(query, variables, { authorization });
  expect(status).toBe(200);
  return { data, refused: errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`) };
}

/** The patients of a call: of each entry, its identifiers. */
function entriesOf({ query }: Pick<RecordedCall, 'query'>): string[] {
  const { Patients = [] } = query as {
    Patients?: readonly { Identifiers: readonly { ID: string; IDType: string }[] }[];
  };
  return Patients.map(({ Identifiers }) =>
    Identifiers.map(({ ID, IDType }) => `${IDType}|${ID}`).join(),
  ).sort();
}

const OF_A = { redox_patients: ['MR|SYN-a'] };
const MEDIA = 'media { totalCount nodes { documentId content { byteLength } } }';

/** Questions that name no patient, about a visit number and a document id. */
const QUESTIONS: Readonly<Record<string, string>> = {
  'a visit': `query ($v: ID!) { visit(visitNumber: $v) { patient { identifier { value } } ${MEDIA} } }`,
  'a document': 'query ($d: ID!) { media(documentId: $d) { documentType content { byteLength } } }',
  'a search by visit': `query ($v: ID!) { mediaSearch(filter: { visitNumbers: [$v] }) { totalCount nodes { documentId } } }`,
  'a search by document': `query ($d: ID!) { mediaSearch(filter: { documentIds: [$d] }) { totalCount nodes { documentId } } }`,
  'entities by key': `query ($v: ID!, $d: ID!) { _entities(representations: [
    { __typename: "Visit", destination: "general", visitNumber: $v }
    { __typename: "Media", destination: "general", documentId: $d }]) {
    ... on Visit { ${MEDIA} } ... on Media { documentType } } }`,
};

describe('no call asks for others', () => {
  test.each(Object.entries(QUESTIONS))('%s', async (_, query) => {
    await askAs(OF_A, query, { v: 'V-shared', d: 'a-1' });
    expect(gateway.redox.calls.length).toBeGreaterThan(0);
    for (const call of gateway.redox.calls) expect(entriesOf(call)).toEqual(['MR|SYN-a']);
  });

  test('each identifier of the rights is an entry: a patient needs to have but one of them', async () => {
    const claims = { redox_patients: ['MR|SYN-a', 'EHRID|e-a', 'MR|SYN-c'] };
    const { data } = await askAs(claims, QUESTIONS['a visit'] ?? '', { v: 'V-shared' });
    expect(data).toMatchObject({ visit: { media: { totalCount: 2 } } });
    expect(gateway.redox.calls.map(entriesOf)).toEqual([['EHRID|e-a', 'MR|SYN-a', 'MR|SYN-c']]);
  });

  test("nor where SMART's patient limits it, or a list of destinations too", async () => {
    await askAs({ patient: 'e-a' }, QUESTIONS['a visit'] ?? '', { v: 'V-shared' });
    expect(gateway.redox.calls.map(entriesOf)).toEqual([['EHRID|e-a']]);
    gateway.redox.calls.length = 0;
    const claims = { ...OF_A, redox_destinations: ['county'] };
    const query = `{ here: visit(visitNumber: "V-a", destination: "county") { ${MEDIA} }
      there: visit(visitNumber: "V-a") { ${MEDIA} } }`;
    const { data, refused } = await askAs(claims, query);
    expect(data).toMatchObject({ here: { media: { totalCount: 1 } }, there: { media: null } });
    expect(refused).toEqual(['there.media FORBIDDEN']);
    expect(gateway.redox.calls.map(entriesOf)).toEqual([['MR|SYN-a']]);
  });

  test('a caller whose list of patients is empty causes no call', async () => {
    for (const query of Object.values(QUESTIONS)) {
      const { refused } = await askAs({ redox_patients: [] }, query, { v: 'V-shared', d: 'a-1' });
      expect(refused).toEqual([]);
    }
    expect(gateway.redox.calls).toEqual([]);
  });

  test('a caller without a limit asks as before', async () => {
    const { data } = await askAs({}, QUESTIONS['a visit'] ?? '', { v: 'V-shared' });
    expect(data).toMatchObject({ visit: { patient: null, media: { totalCount: 3 } } });
    expect(gateway.redox.calls.map(entriesOf)).toEqual([[]]);
  });
});

describe('what others have is as if it were not there', () => {
  const short = ({ operation, patient, outcome, code, items, calls }: Line) => ({
    ...{ event: operation.event, patient, outcome, code, items },
    calls: calls.length,
  });

  /** All that can be seen of one question, its own numbers replaced. */
  async function observe(query: string, variables: Record<string, string>) {
    const before = (await linesOf(auditFile)).length;
    gateway.redox.calls.length = 0;
    const answer = await askAs(OF_A, query, variables);
    const filters = gateway.redox.calls.map(({ query }) =>
      JSON.stringify({ ...(query as object), Meta: undefined }),
    );
    const queries = filters.sort().join();
    const replaced = Object.entries(variables).reduce(
      (text, [name, value]) => text.replaceAll(value, name),
      queries,
    );
    return { ...answer, queries: replaced, lines: (await linesOf(auditFile)).slice(before).map(short) };
  }

  test.each(Object.entries(QUESTIONS))('%s: the same calls, errors and lines', async (_, query) => {
    const others = await observe(query, { v: 'V-b', d: 'b-2' });
    expect(others).toEqual(await observe(query, { v: 'V-none', d: 'x-1' }));
    expect(others.refused).toEqual([]);
  });

  test('a file too large for a reply is an error to those who may see it alone', async () => {
    const query = QUESTIONS['a document'] ?? '';
    const { refused } = await askAs({}, query, { d: 'b-2' });
    expect(refused).toHaveLength(1);
    expect((await askAs(OF_A, query, { d: 'b-2' })).refused).toEqual([]);
  });

  test('the id of its visit is refused as that of a visit without documents', async () => {
    const { data } = await askAs(
      {},
      '{ b: visit(visitNumber: "V-b") { id } none: visit(visitNumber: "V-none") { id } }',
    );
    const { b, none } = data as Record<'b' | 'none', { readonly id: string }>;
    const query = `query ($id: ID!) { node(id: $id) { ... on Visit { visitNumber ${MEDIA} } } }`;
    const others = await observe(query, { id: b.id });
    const nobodys = await observe(query, { id: none.id });
    expect(others.refused).toEqual(['node FORBIDDEN']);
    expect({ ...others, queries: others.queries.replaceAll('V-b', 'V-none') }).toEqual(nobodys);
  });

  test('a write about another patient holds up no question', async () => {
    using gate = holdAnswers(gateway.redox);
    const authorization = `Bearer ${await signToken({ claims: { scope: 'media:write' } })}`;
    const save = 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }';
    const writing = gateway.ask(save, { input: saving('b') }, { authorization });
    await until(() => gateway.redox.inFlight === 1);
    gateway.redox.answer = undefined;
    const { data } = await askAs(OF_A, QUESTIONS['a visit'] ?? '', { v: 'V-a' });
    expect(data).toMatchObject({ visit: { media: { totalCount: 1 } } });
    expect(gateway.redox.inFlight).toBe(1);
    gate.open();
    expect((await writing).errors).toEqual([]);
  });
});

describe('it costs no more calls', () => {
  test('at any depth: one', async () => {
    const query = `{ visit(visitNumber: "V-shared") { patient { identifiers { value } } media { nodes { documentId
      visit { media { nodes { documentId } } patient { visit(visitNumber: "V-shared") { media(filter: { documentTypes: ["Photo"] }) {
      nodes { documentId patient { identifiers { value } } } } } } } } } } }`;
    expect((await askAs(OF_A, query)).refused).toEqual([]);
    expect(gateway.redox.calls).toHaveLength(1);
  });

  test('of callers of equal rights at once: one', async () => {
    using gate = holdAnswers(gateway.redox);
    const claims = { redox_patients: ['MR|SYN-a', 'MR|SYN-c'] };
    const asked = [claims, { redox_patients: claims.redox_patients.toReversed() }].map((one) =>
      askAs(one, QUESTIONS['a visit'] ?? '', { v: 'V-shared' }),
    );
    await until(() => gateway.redox.inFlight === 1);
    gate.open();
    const [one, other] = await Promise.all(asked);
    expect(one).toEqual(other);
    expect(one?.data).toMatchObject({ visit: { media: { totalCount: 2 } } });
    expect(gateway.redox.calls).toHaveLength(1);
  });
});
