/**
 * A destination may not find a patient by all the identifiers that its own documents state. Where the operation has shown a document of
 * the patient's, an empty list that the document belongs in is an error: it would look like an empty chart.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { toRedoxItem } from '../../sandbox/charts/chart.ts';
import type { AnswerHook } from '../../sandbox/sandbox.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { readMetrics } from '../support/read-metrics.ts';

const charts = ['a', 'b'].flatMap((name) => [
  chartDocument(name, { documentId: `${name}-1` }),
  chartDocument(name, { documentId: `${name}-2`, documentType: 'Consent Form', visitNumber: `W-${name}` }),
]);
const MR = '[{ value: "SYN-a", idType: "MR" }]';

/** Documents state an identifier by which the destination finds nobody. */
const statingOneMore: AnswerHook = (_, documents) =>
  documents.map((document) => {
    const more = {
      ...document,
      identifiers: [...document.identifiers, { id: 'own-a', idType: 'ENTERPRISE' }],
    };
    return { raw: toRedoxItem(more) };
  });

let gateway: TestGateway;
afterEach(() => gateway.close());

async function ask(query: string, answer: AnswerHook = statingOneMore) {
  gateway = await startTestGateway({ charts, answer });
  const { data, errors } = await gateway.ask(query);
  return { data, refused: errors.map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`) };
}

describe('is no empty list, but an error', () => {
  test.each([
    [
      'the chart of a document’s patient',
      'media(documentId: "a-1") { patient { media { totalCount } } }',
      'media.patient.media',
    ],
    ['its visits', 'media(documentId: "a-1") { patient { visits { visitNumber } } }', 'media.patient.visits'],
    [
      'the documents of its visit',
      'media(documentId: "a-1") { visit { media { totalCount } } }',
      'media.visit.media',
    ],
    [
      'a list that the document belongs in',
      'media(documentId: "a-1") { patient { media(filter: { documentTypes: ["Photo"] }) { totalCount } } }',
      'media.patient.media',
    ],
    [
      'the chart of a patient who was searched for',
      `mediaSearch(filter: { patients: { identifiers: ${MR} }, documentIds: ["a-1"] }) { nodes { patient { media { totalCount } } } }`,
      'mediaSearch.nodes.0.patient.media',
    ],
    [
      'the chart of a visit’s patient',
      'visit(visitNumber: "V-a") { patient { media { totalCount } } }',
      'visit.patient.media',
    ],
  ])('%s', async (_, field, path) => {
    expect((await ask(`{ ${field} }`)).refused).toEqual([`${path} UNATTRIBUTED`]);
    const counted = [...(await readMetrics(gateway.url))].filter(([name]) => name.includes('unattributed'));
    expect(counted.map(([, count]) => count)).toEqual([1]);
  });
});

test('a list that the document does not belong in may be empty, and so may one that no call is made for', async () => {
  const { data, refused } = await ask(`{ media(documentId: "a-1") { patient {
    other: media(filter: { documentTypes: ["Consent Form"] }) { totalCount }
    none: media(filter: { fileTypes: [] }) { totalCount }
    visit(visitNumber: "W-a") { media { totalCount } } } } }`);
  expect(refused).toEqual([]);
  expect(data).toEqual({
    media: {
      patient: { other: { totalCount: 0 }, none: { totalCount: 0 }, visit: { media: { totalCount: 0 } } },
    },
  });
});

test('a patient who was asked for, or whose id is opened, may have an empty chart', async () => {
  const { data } = await ask('{ media(documentId: "a-1") { patient { id } } }');
  const { id } = (data as { media: { patient: { id: string } } }).media.patient;
  gateway.redox.answer = () => [];
  const query = `query ($id: ID!) { patient(identifiers: ${MR}) { media { totalCount } }
    node(id: $id) { ... on Patient { media { totalCount } } } }`;
  const empty = await gateway.ask(query, { id });
  expect(empty.errors).toEqual([]);
  expect(empty.data).toEqual({ patient: { media: { totalCount: 0 } }, node: { media: { totalCount: 0 } } });
});
