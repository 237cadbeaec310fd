/** The patient of a document is whom the document names: known at no further call, and the same in every client's cache. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IdentifierInput } from '../../src/generated/resolvers.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument, identifiersOf, inputOf } from '../support/own-chart.ts';

const OF_A = inputOf(identifiersOf('a'));
const PORTAL = { id: 'SYN-portal-a', idType: 'PORTAL' };
const charts = [
  chartDocument('a', { documentId: 'doc-1' }),
  chartDocument('a', { documentId: 'doc-2', documentType: 'Scan', visitNumber: 'V-2' }),
  chartDocument('a', {
    documentId: 'doc-portal',
    visitNumber: 'V-portal',
    identifiers: [...identifiersOf('a'), PORTAL, PORTAL],
  }),
  chartDocument('b', { documentId: 'doc-b' }),
  chartDocument('', { documentId: 'doc-nobody', identifiers: [], visitNumber: 'V-nobody' }),
  chartDocument('c', { documentId: 'doc-shared-c', visitNumber: 'V-shared' }),
  chartDocument('d', { documentId: 'doc-shared-d', visitNumber: 'V-shared' }),
];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());

interface Patient {
  readonly id: string;
  readonly identifier: IdentifierInput;
  readonly identifiers: readonly IdentifierInput[];
}
const PATIENT = 'patient { id identifier { value idType } identifiers { value idType } }';
const IDENTIFIERS = 'patient { identifiers { value idType } }';

async function ask(query: string, variables: Record<string, unknown> = {}) {
  let data: Record<string, unknown> = {};
  const calls = await gateway.countCalls(async () => {
    data = await askWell(gateway, query, variables);
  });
  return { data, calls, json: JSON.stringify(data) };
}

const BY_MR = 'patients: [{ identifiers: [{ value: "SYN-a", idType: "MR" }] }]';
const ENTITIES = 'query ($of: [_Any!]!) { _entities(representations: $of)';
const entity = (__typename: string, key: object) => ({
  of: [{ __typename, destination: 'general', ...key }],
});

describe('identifiers cost nothing more than the document itself', () => {
  test.each<[string, (selection: string) => string, Record<string, unknown>?]>([
    ['media', (below) => `{ media(documentId: "doc-1") { ${below} documentType } }`],
    ['media → visit', (below) => `{ media(documentId: "doc-1") { visit { ${below} visitNumber } } }`],
    ['visit', (below) => `{ visit(visitNumber: "V-a") { patient { id } ${below} } }`],
    ['visit → media', (below) => `{ visit(visitNumber: "V-a") { media { nodes { ${below} documentId } } } }`],
    [
      'visit → media → visit',
      (below) =>
        `{ visit(visitNumber: "V-a") { media { nodes { documentId visit { ${below} visitNumber } } } } }`,
    ],
    [
      'shared visit → media',
      (below) => `{ visit(visitNumber: "V-shared") { media { nodes { ${below} documentId } } } }`,
    ],
    [
      'mediaSearch by document',
      (below) =>
        `{ mediaSearch(filter: { documentIds: ["doc-1", "doc-b"] }) { nodes { ${below} documentId } } }`,
    ],
    [
      'mediaSearch by patient and type',
      (below) =>
        `{ mediaSearch(filter: { ${BY_MR}, documentTypes: ["Scan"] }) { nodes { ${below} documentId } } }`,
    ],
    [
      'mediaSearch by visit, filtered here',
      (below) =>
        `{ mediaSearch(filter: { visitNumbers: ["V-a", "V-2"], fileTypes: ["TXT"] }) { nodes { ${below} documentId } } }`,
    ],
    [
      'Media by document id',
      (below) => `${ENTITIES} { ... on Media { documentType ${below} } } }`,
      entity('Media', { documentId: 'doc-1' }),
    ],
    [
      'Visit by number',
      (below) => `${ENTITIES} { ... on Visit { patient { id } media { nodes { id ${below} } } ${below} } } }`,
      entity('Visit', { visitNumber: 'V-a' }),
    ],
  ])('%s', async (_, write, variables) => {
    const { calls: without } = await ask(write(''), variables);
    const { calls, json } = await ask(write(IDENTIFIERS), variables);
    expect(calls).toBe(without);
    expect(calls).toBe(1);
    expect(json).toContain('"idType":"EHRID"');
  });

  test('by the id of a document, and of its patient, and of its visit', async () => {
    const { data } = await ask(`{ media(documentId: "doc-1") { id ${PATIENT} visit { id } } }`);
    const { media } = data as { media: { id: string; patient: Patient; visit: { id: string } } };
    const node = `query ($id: ID!) { node(id: $id) { ... on Media { ${IDENTIFIERS} } ... on Visit { ${IDENTIFIERS} }
      ... on Patient { identifiers { value idType } } } }`;
    expect(await ask(node, { id: media.id })).toMatchObject({
      calls: 1,
      data: { node: { patient: { identifiers: OF_A } } },
    });
    expect(await ask(node, { id: media.visit.id })).toMatchObject({
      calls: 0,
      data: { node: { patient: { identifiers: OF_A } } },
    });
    expect(await ask(node, { id: media.patient.id })).toMatchObject({
      calls: 0,
      data: { node: { identifiers: OF_A } },
    });
  });

  test('of what is written, and read back', async () => {
    await using own = await startTestGateway({ charts: [] });
    const write = `mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { media { documentId ${IDENTIFIERS} } } }`;
    const input = {
      patient: { identifiers: OF_A },
      documentId: 'new',
      documentType: 'Photo',
      fileName: 'a',
      fileType: 'TXT',
      provider: { id: '1' },
      content: { base64: 'QQ==' },
    };
    const calls = await own.countCalls(async () => {
      expect(await askWell(own, write, { input })).toEqual({
        saveMedia: { media: { documentId: 'new', patient: { identifiers: OF_A } } },
      });
    });
    expect(calls).toBe(2);
  });
});

describe('identifiers are', () => {
  test('those on the document, each once; of a patient who is asked for, all that any document has', async () => {
    const { data } = await ask(
      `{ one: media(documentId: "doc-1") { ${PATIENT} } portal: media(documentId: "doc-portal") { ${PATIENT} }
         asked: patient(identifiers: [{ value: "e-a", idType: "EHRID" }]) { identifiers { value idType } } }`,
    );
    const portal = { value: PORTAL.id, idType: PORTAL.idType };
    const [mr, ehr] = OF_A;
    expect(data).toMatchObject({
      one: { patient: { identifier: mr, identifiers: OF_A } },
      portal: { patient: { identifier: mr, identifiers: [...OF_A, portal] } },
      asked: { identifiers: [ehr, mr, portal] },
    });
  });

  test('those that were searched by, and then those on the document', async () => {
    const { data } = await ask(
      `{ mediaSearch(filter: { patients: [{ identifiers: [{ value: "e-a", idType: "EHRID" }] }], documentIds: ["doc-2"] }) {
           nodes { ${PATIENT} } } }`,
    );
    expect(data).toMatchObject({
      mediaSearch: { nodes: [{ patient: { identifier: OF_A[1], identifiers: [...OF_A].reverse() } }] },
    });
  });

  test('loaded where no document names the patient: what was asked for is all there is to go by', async () => {
    const { data } = await ask(
      `{ patient(identifiers: [{ value: "nobody", idType: "MR" }]) { identifiers { value idType } } }`,
    );
    expect(data).toEqual({ patient: { identifiers: [{ value: 'nobody', idType: 'MR' }] } });
    expect(await ask(`{ media(documentId: "doc-nobody") { ${PATIENT} } }`)).toMatchObject({
      calls: 1,
      data: { media: { patient: null } },
    });
  });
});

describe('the id of the patient of a document', () => {
  const idOf = async (query: string) => {
    const found = /"patient":\{"id":"([^"]+)"/.exec((await ask(query)).json);
    return found?.[1] ?? '';
  };

  test('is asked by all identifiers on it when it is opened', async () => {
    const id = await idOf('{ media(documentId: "doc-portal") { patient { id } } }');
    const of = [{ __typename: 'Patient', id }];
    for (const [query, variables] of [
      ['query ($id: ID!) { node(id: $id) { ... on Patient { id media { nodes { documentId } } } } }', { id }],
      [`${ENTITIES} { ... on Patient { id media { nodes { documentId } } } } }`, { of }],
    ] as const) {
      const { json, calls } = await ask(query, variables);
      expect(calls).toBe(1);
      expect(json).toContain('[{"documentId":"doc-portal"}]');
      expect(json).toContain(`"id":"${id}"`);
      const sent = gateway.redox.calls.at(-1)?.query as { Patients: { Identifiers: { ID: string }[] }[] };
      expect(sent.Patients).toHaveLength(1);
      expect(sent.Patients[0]?.Identifiers.map(({ ID }) => ID).sort()).toEqual(
        ['SYN-a', 'SYN-portal-a', 'e-a'].sort(),
      );
    }
  });

  test('is another than that of the patient who is asked for by the same identifiers, whose list is another', async () => {
    const asked = 'patient(identifiers: $ids) { id identifiers { idType } }';
    const { data } = await ask(
      `query ($ids: [IdentifierInput!]!) { ${asked} media(documentId: "doc-1") { ${PATIENT} } }`,
      { ids: OF_A },
    );
    const { patient, media } = data as { patient: Patient; media: { patient: Patient } };
    expect(patient.identifiers).toHaveLength(3);
    expect(media.patient.identifiers).toHaveLength(2);
    expect(media.patient.id).not.toBe(patient.id);
  });

  test.each([
    ['a document', 'media(documentId: "doc-1") { patient', '}'],
    ['a visit', 'visit(visitNumber: "V-a") { patient', '}'],
    ['a document’s visit', 'media(documentId: "doc-1") { visit { patient', '} }'],
    ['an argument', 'alias: patient(identifiers: [{ value: "SYN-a", idType: "MR" }])', ''],
  ])('stays the same below itself, reached through %s', async (_, open, close) => {
    const below = `media { nodes { patient { id } visit { patient { id } media { nodes { patient { id } } } } } }
      visits { patient { id } media { nodes { patient { id } } } } visit(visitNumber: "V-a") { patient { id } }`;
    const { json } = await ask(`{ ${open} { id ${below} } ${close} }`);
    const ids = [...json.matchAll(/"(?:alias|patient)":\{"id":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(5);
    expect(new Set(ids).size).toBe(1);
  });
});
