/** Documents by their id, and by any mix of filters. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, byRecordNumber, chartDocument, inputOf } from '../support/own-chart.ts';
import { charts } from './queried-charts.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts });
});
afterAll(() => gateway.close());

describe('media', () => {
  test('is the document of that id, at the destination asked', async () => {
    const data = await askWell(
      gateway,
      `{ here: media(documentId: "doc-a1") { documentId destination patient { identifier { value } } visit { visitNumber } }
         there: media(documentId: "doc-a1", destination: "county") { documentDescription destination patient { identifier { value } } } }`,
    );
    expect(data).toEqual({
      here: {
        documentId: 'doc-a1',
        destination: 'general',
        patient: { identifier: { value: 'SYN-a' } },
        visit: { visitNumber: 'V-a' },
      },
      there: {
        documentDescription: 'county',
        destination: 'county',
        patient: { identifier: { value: 'SYN-far' } },
      },
    });
  });

  test('is null for an unknown id, and of several versions the newest by service', async () => {
    expect(
      await askWell(
        gateway,
        '{ none: media(documentId: "doc-none") { id } media(documentId: "doc-c") { documentDescription } }',
      ),
    ).toEqual({ none: null, media: { documentDescription: 'third' } });
  });

  test('does not guess whose document is meant when several patients have the id', async () => {
    const { data, errors } = await gateway.ask(
      '{ shared: media(documentId: "doc-shared") { id } other: media(documentId: "doc-b1") { documentId } }',
    );
    expect(data).toEqual({ shared: null, other: { documentId: 'doc-b1' } });
    expect(errors).toMatchObject([
      { path: ['shared'], extensions: { code: 'UPSTREAM_PROTOCOL', retryable: false } },
    ]);
  });
});

describe('mediaSearch', () => {
  test('gives a document to the asked patient all of whose identifiers it names', async () => {
    const episodes = ['1', '2'].map((id) => [
      { id: 'SYN-f', idType: 'MR' },
      { id, idType: 'EPISODE' },
    ]);
    gateway.redox.answer = () => episodes.map((identifiers) => chartDocument('f', { identifiers })).reverse();
    const { mediaSearch } = await askWell<{
      mediaSearch: { nodes: { patient: { id: string; identifiers: unknown[] } }[] };
    }>(
      gateway,
      `query ($filter: MediaSearchFilter!) { mediaSearch(filter: $filter) { nodes { patient { identifiers { value idType } } } } }`,
      { filter: { patients: episodes.map((identifiers) => ({ identifiers: inputOf(identifiers) })) } },
    );
    gateway.redox.answer = undefined;
    const reported = mediaSearch.nodes.map(({ patient }) => patient.identifiers);
    expect(reported).toHaveLength(2);
    expect(reported).toEqual(expect.arrayContaining(episodes.map(inputOf)));
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'patients are alternatives',
      { patients: ['a', 'b'].map(byRecordNumber) },
      ['doc-a1', 'doc-a2', 'doc-b1'],
    ],
    ['visits are alternatives', { visitNumbers: ['V-a2', 'V-b'] }, ['doc-a2', 'doc-b1']],
    [
      'documents are alternatives, whoever has them',
      { documentIds: ['doc-shared', 'doc-b1'] },
      ['doc-b1', 'doc-shared', 'doc-shared'],
    ],
    [
      'kinds of filters are joint',
      { patients: ['a', 'b'].map(byRecordNumber), documentTypes: ['Photo'] },
      ['doc-a1', 'doc-b1'],
    ],
    [
      'all kinds at once',
      {
        patients: [byRecordNumber('a')],
        visitNumbers: ['V-a', 'V-b'],
        documentIds: ['doc-a1', 'doc-a2', 'doc-b1'],
      },
      ['doc-a1'],
    ],
    [
      'null is no filter',
      { patients: [byRecordNumber('b')], visitNumbers: null, documentTypes: null },
      ['doc-b1'],
    ],
    ['[] matches nothing', { patients: [], visitNumbers: ['V-a'] }, []],
  ])('%s', async (_, filter, expected) => {
    const { mediaSearch } = await askWell<{
      mediaSearch: { totalCount: number; nodes: { documentId: string }[] };
    }>(
      gateway,
      'query ($filter: MediaSearchFilter!) { mediaSearch(filter: $filter) { totalCount nodes { documentId } } }',
      { filter },
    );
    expect(mediaSearch.nodes.map(({ documentId }) => documentId).sort()).toEqual(expected);
    expect(mediaSearch.totalCount).toBe(expected.length);
  });
});
