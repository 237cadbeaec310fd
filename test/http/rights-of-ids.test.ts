/** Ids of others: what they hold is not told, a refusal is one line of the audit trail, and guesses at it are not confirmed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linesOf, newFile } from '../audit/lines.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from './callers/issuer.ts';

/** Of a patient whose two charts became one. */
const MERGED = [
  { id: 'SYN-m2', idType: 'MR' },
  { id: 'e-m', idType: 'EHRID' },
  { id: 'SYN-m1', idType: 'MR' },
];
const CHARTS = [
  chartDocument('a', { documentId: 'a-1', visitNumber: 'V-shared' }),
  chartDocument('a', { documentId: 'a-2', visitNumber: 'V-a' }),
  chartDocument('b', { documentId: 'b-1', visitNumber: 'V-shared' }),
  chartDocument('b', { documentId: 'b-2', visitNumber: 'V-b' }),
  chartDocument('', { documentId: 'n-1', visitNumber: 'V-n', identifiers: [] }),
  chartDocument('m', { documentId: 'm-1', identifiers: MERGED }),
  chartDocument('a', { documentId: 'c-1', destination: 'county' }),
];

let gateway: TestGateway;
let auditFile: string;
/** Made for a caller without limits. */
let ids: Readonly<
  Record<'document' | 'nameless' | 'patient' | 'visit' | 'visitOfB' | 'shared' | 'none', string>
>;
beforeAll(async () => {
  auditFile = await newFile();
  const settings = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE, AUDIT_FILE: auditFile };
  gateway = await startTestGateway(
    { charts: CHARTS },
    { ...settings, AUTH_JWKS_FILE: await writeJwksFile() },
  );
  const { data } = await askAs(
    {},
    `{ b: media(documentId: "b-2") { id patient { id } visit { id } } n: media(documentId: "n-1") { id }
       ofB: visit(visitNumber: "V-b") { id } shared: visit(visitNumber: "V-shared") { id }
       none: visit(visitNumber: "V-none") { id } }`,
  );
  type Node = { readonly id: string };
  const { b, n, ofB, shared, none } = data as Record<'n' | 'ofB' | 'shared' | 'none', Node> & {
    readonly b: Node & { readonly patient: Node; readonly visit: Node };
  };
  ids = {
    ...{ document: b.id, nameless: n.id, patient: b.patient.id, visit: b.visit.id },
    ...{ visitOfB: ofB.id, shared: shared.id, none: none.id },
  };
});
afterAll(() => gateway.close());

async function askAs(claims: Record<string, unknown>, query: string, variables = {}) {
  const authorization = `Bearer ${await signToken({ claims })}`;
  const { status, data, errors } = await gateway.ask(query, variables, { authorization });
  expect(status).toBe(200);
  return { data, refused: errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`) };
}

/** The lines of the audit trail that `work` writes, in short. */
async function linesBy(work: () => Promise<unknown>) {
  const before = (await linesOf(auditFile)).length;
  await work();
  return (await linesOf(auditFile)).slice(before);
}

const OF_A = { redox_patients: ['MR|SYN-a'] };
const OF_A_ELSEWHERE = { redox_patients: ['EHRID|e-a'] };
const OPEN = `query ($of: [_Any!]!) { _entities(representations: $of) { __typename
  ... on Media { id destination documentId } ... on Visit { id destination visitNumber } ... on Patient { id } } }`;

describe("the id of another's document", () => {
  test.each([
    ['by the same type of identifier', OF_A, ['_entities.0 FORBIDDEN']],
    // Whose it is, the document alone could say; what the caller may not have is as if it were not there.
    ['by another', OF_A_ELSEWHERE, []],
  ])('does not tell its DocumentID to one who is limited to patients %s', async (_, claims, refused) => {
    const of = [{ __typename: 'Media', id: ids.document }];
    expect(await askAs(claims, OPEN, { of })).toEqual({ data: { _entities: [null] }, refused });
  });

  test('confirms no guess at its DocumentID', async () => {
    const answers = await Promise.all(
      ['b-2', 'guess'].map((documentId) =>
        askAs(OF_A_ELSEWHERE, OPEN, { of: [{ __typename: 'Media', id: ids.document, documentId }] }),
      ),
    );
    expect(answers[0]).toEqual({ data: { _entities: [null] }, refused: [] });
    expect(answers[1]).toEqual(answers[0]);
  });

  test('of a document that names no patient tells nothing either', async () => {
    const of = [{ __typename: 'Media', id: ids.nameless }];
    expect(await askAs(OF_A, OPEN, { of })).toEqual({ data: { _entities: [null] }, refused: [] });
  });

  test('is opened by a caller with a right to its patient, by whichever identifier', async () => {
    const of = [{ __typename: 'Media', id: ids.document, documentId: 'b-2' }];
    const own = { __typename: 'Media', id: ids.document, destination: 'general', documentId: 'b-2' };
    for (const patient of ['MR|SYN-b', 'EHRID|e-b']) {
      const answer = await askAs({ redox_patients: [patient] }, OPEN, { of });
      expect(answer).toEqual({ data: { _entities: [own] }, refused: [] });
    }
    const wrong = [{ ...of[0], documentId: 'guess' }];
    for (const patient of ['MR|SYN-b', 'EHRID|e-b']) {
      const { refused } = await askAs({ redox_patients: [patient] }, OPEN, { of: wrong });
      expect(refused).toEqual(['_entities.0 BAD_USER_INPUT']);
    }
  });
});

test.each(MERGED)(
  'a document of two merged charts opens by its id to a caller with a right to $id',
  async (one) => {
    const claims = { redox_patients: [`${one.idType}|${one.id}`] };
    const { data } = await askAs(claims, '{ media(documentId: "m-1") { id } }');
    const { media } = data as { media: { id: string } };
    expect(await askAs({}, '{ media(documentId: "m-1") { id } }')).toEqual({ data, refused: [] });
    const own = { __typename: 'Media', id: media.id, destination: 'general', documentId: 'm-1' };
    const of = [{ __typename: 'Media', id: media.id }];
    expect(await askAs(claims, OPEN, { of })).toEqual({ data: { _entities: [own] }, refused: [] });
    expect((await askAs(OF_A, OPEN, { of })).refused).toEqual(['_entities.0 FORBIDDEN']);
  },
);

describe('the id of a visit of no known patient', () => {
  const NODE = 'query ($id: ID!) { node(id: $id) { __typename ... on Visit { visitNumber } } }';

  test("does not tell its number to a caller who has no document of it, be it another's or nobody's", async () => {
    for (const claims of [OF_A, OF_A_ELSEWHERE, { redox_patients: [] }]) {
      for (const id of [ids.visitOfB, ids.none]) {
        expect(await askAs(claims, NODE, { id })).toEqual({
          data: { node: null },
          refused: ['node FORBIDDEN'],
        });
        for (const visitNumber of ['V-b', 'V-none', undefined]) {
          const of = [{ __typename: 'Visit', id, visitNumber }];
          const answer = await askAs(claims, OPEN, { of });
          expect(answer).toEqual({ data: { _entities: [null] }, refused: ['_entities.0 FORBIDDEN'] });
        }
      }
    }
  });

  test('tells it to one who has, and to one without limits, whom it costs no call', async () => {
    const { data } = await askAs(OF_A, NODE, { id: ids.shared });
    expect(data).toEqual({ node: { __typename: 'Visit', visitNumber: 'V-shared' } });
    const calls = await gateway.countCalls(async () => {
      const all = await askAs({}, NODE, { id: ids.visitOfB });
      expect(all.data).toEqual({ node: { __typename: 'Visit', visitNumber: 'V-b' } });
    });
    expect(calls).toBe(0);
  });

  test('is opened by the call that its documents need', async () => {
    const query = `query ($id: ID!) { node(id: $id) { ... on Visit { visitNumber
      media { nodes { documentId content { byteLength } visit { patient { identifier { value } } } } } } } }`;
    const calls = await gateway.countCalls(async () => {
      const { data, refused } = await askAs({ ...OF_A, scope: 'media:read content:read' }, query, {
        id: ids.shared,
      });
      expect(refused).toEqual([]);
      expect(data).toMatchObject({ node: { media: { nodes: [{ documentId: 'a-1' }] } } });
    });
    expect(calls).toBe(1);
  });
});

describe('no id is made for a caller whose rights do not cover it', () => {
  const B = '[{ value: "SYN-b", idType: "MR" }]';

  test.each([
    ['a patient', `patient(identifiers: ${B}) { id }`, 'patient', 'patient.id'],
    ['a visit', `patient(identifiers: ${B}) { visit(visitNumber: "V-b") { id } }`, 'patient', ''],
  ])('of %s', async (_, field, name, path) => {
    const { data, refused } = await askAs(OF_A, `{ ${field} }`);
    expect(data).toEqual({ [name]: path === '' ? { visit: null } : null });
    expect(refused).toEqual([`${path || 'patient.visit.id'} FORBIDDEN`]);
  });

  test('as an entity, or at a destination that is not its own', async () => {
    const identifier = { value: 'SYN-b', idType: 'MR' };
    const of = [{ __typename: 'Patient', destination: 'general', identifier }];
    expect(await askAs(OF_A, OPEN, { of })).toEqual({
      data: { _entities: [null] },
      refused: ['_entities.0.id FORBIDDEN'],
    });
    const claims = { redox_destinations: ['county'] };
    const query = `{ here: patient(identifiers: ${B}, destination: "county") { id }
      there: patient(identifiers: ${B}) { id } visit(visitNumber: "V-b") { id } }`;
    const { data, refused } = await askAs(claims, query);
    expect(data).toEqual({ here: { id: expect.any(String) }, there: null, visit: null });
    expect(refused).toEqual(['there.id FORBIDDEN', 'visit.id FORBIDDEN']);
  });

  test('what a caller is told of its own keeps its ids', async () => {
    const query = `{ patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) { id
      media { nodes { id patient { id } visit { id patient { id } } } } } visit(visitNumber: "V-none") { id } }`;
    expect(await askAs(OF_A, query)).toEqual(await askAs({}, query));
  });
});

describe('cursors of others', () => {
  const PAGE = `query ($patient: [IdentifierInput!]!, $after: String, $before: String) {
    patient(identifiers: $patient) { media(after: $after, before: $before) { edges { cursor } } } }`;
  const SEARCH = `query ($numbers: [ID!], $after: String, $before: String) {
    mediaSearch(filter: { visitNumbers: $numbers }, after: $after, before: $before) { edges { cursor node { documentId } } } }`;
  const [A, B] = ['a', 'b'].map((name) => [{ value: `SYN-${name}`, idType: 'MR' }]);
  type Cursors = { readonly edges: readonly { readonly cursor: string }[] };
  let ofB: string;
  let ofNobody: string;
  beforeAll(async () => {
    const { data } = await askAs({}, PAGE, { patient: B });
    ofB = (data as { patient: { media: Cursors } }).patient.media.edges[0]?.cursor ?? '';
    const nameless = await askAs({}, SEARCH, { numbers: ['V-n'] });
    ofNobody = (nameless.data as { mediaSearch: Cursors }).mediaSearch.edges[0]?.cursor ?? '';
  });

  test.each(['after', 'before'])(
    'are refused as %s: where they stand tells of their document',
    async (argument) => {
      for (const cursor of [ofB, ofNobody]) {
        const lines = await linesBy(async () => {
          const { data, refused } = await askAs(OF_A, PAGE, { patient: A, [argument]: cursor });
          expect(data).toEqual({ patient: { media: null } });
          expect(refused).toEqual(['patient.media FORBIDDEN']);
        });
        expect(lines.filter(({ outcome }) => outcome === 'refused')).toHaveLength(1);
      }
      const search = await askAs(OF_A_ELSEWHERE, SEARCH, { numbers: ['V-shared'], [argument]: ofB });
      expect(search).toEqual({ data: { mediaSearch: null }, refused: ['mediaSearch FORBIDDEN'] });
    },
  );

  test('are no cursors of this list for callers whose rights cover their documents', async () => {
    const elsewhere = await askAs({}, PAGE, { patient: A, after: ofB });
    expect(elsewhere.refused).toEqual(['patient.media BAD_USER_INPUT']);
    const ofOthersRights = await askAs({ redox_patients: ['MR|SYN-b'] }, PAGE, { patient: B, before: ofB });
    expect(ofOthersRights.refused).toEqual(['patient.media BAD_USER_INPUT']);
  });

  test('those of own documents go on, whichever identifier the rights name, as do all without a limit', async () => {
    for (const claims of [OF_A, OF_A_ELSEWHERE, {}]) {
      const first = await askAs(claims, SEARCH, { numbers: ['V-shared', 'V-a'] });
      const { edges } = (first.data as { mediaSearch: Cursors }).mediaSearch;
      expect(edges.length).toBeGreaterThan(1);
      const rest = await askAs(claims, SEARCH, { numbers: ['V-shared', 'V-a'], after: edges[0]?.cursor });
      expect(rest).toEqual({ data: { mediaSearch: { edges: edges.slice(1) } }, refused: [] });
    }
  });
});

describe('the audit trail', () => {
  const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  const refusal = { outcome: 'refused', code: 'FORBIDDEN', items: 0 };

  test.each(['document', 'patient', 'visit', 'visitOfB', 'none'] as const)(
    'a refused id is one line: of a %s',
    async (kind) => {
      const lines = await linesBy(() => askAs(OF_A, NODES, { ids: [ids[kind], ids[kind]] }));
      expect(lines).toMatchObject([refusal]);
    },
  );

  test('what is asked of no patient, by a caller whose list of patients is empty, is a line too', async () => {
    const lines = await linesBy(() => askAs({ redox_patients: [] }, '{ media(documentId: "b-1") { id } }'));
    expect(lines).toMatchObject([{ outcome: 'empty', code: null, items: 0, calls: [], patient: null }]);
  });

  test('so is an id that is not made, and none is written for one that is', async () => {
    const query = (id: string) => `{ patient(identifiers: [{ value: "${id}", idType: "MR" }]) { id } }`;
    expect(await linesBy(() => askAs(OF_A, query('SYN-b')))).toMatchObject([refusal]);
    expect(await linesBy(() => askAs(OF_A, query('SYN-a')))).toEqual([]);
  });
});
