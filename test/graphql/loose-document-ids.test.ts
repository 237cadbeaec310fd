/** A destination may take several DocumentIDs for one: the document that has the very id which was asked for is the one that is meant. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ParsedQuery } from '../../sandbox/sandbox.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, type chartDocument as ChartDocument, chartDocument } from '../support/own-chart.ts';
import { DELETE, deletion } from '../writes/inputs.ts';

const OLD = { serviceDateTime: '2026-01-01' };
const NEW = { serviceDateTime: '2026-02-02' };
const charts = [
  chartDocument('a', { documentId: 'doc-1', documentDescription: 'first', ...OLD }),
  chartDocument('a', { documentId: 'doc-1', documentDescription: 'second', serviceDateTime: '2026-01-02' }),
  chartDocument('a', { documentId: 'DOC-1', documentDescription: 'other', ...NEW }),
  chartDocument('b', { documentId: '42', documentDescription: 'of b', ...OLD }),
  chartDocument('c', { documentId: '0042', documentDescription: 'of c', ...NEW }),
  chartDocument('a', { documentId: 'Doc-2', documentDescription: 'respelt' }),
];

const plain = (id: string) => id.trim().toLowerCase().replace(/^0+/, '');

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    charts,
    answer({ documentIds }: ParsedQuery): readonly ReturnType<typeof ChartDocument>[] | undefined {
      const requested = documentIds?.map(plain);
      return requested && charts.filter(({ documentId }) => requested.includes(plain(documentId ?? '')));
    },
  });
});
afterAll(() => gateway.close());

const described = async (query: string) => {
  const data = await askWell<Record<string, { documentDescription: string } | null>>(gateway, `{ ${query} }`);
  return Object.values(data).map((media) => media?.documentDescription);
};

test.each([
  ['of several versions of it, the newest', 'media(documentId: "doc-1") { documentDescription }', 'second'],
  ['the other document by its own id', 'media(documentId: "DOC-1") { documentDescription }', 'other'],
  [
    'also where another patient has the other one',
    'media(documentId: "0042") { documentDescription }',
    'of c',
  ],
  [
    'and the only one that there is, though it is respelt',
    'media(documentId: "doc-2") { documentDescription }',
    'respelt',
  ],
])('media is %s', async (_, query, description) => {
  expect(await described(query)).toEqual([description]);
});

test('media is the same beside the other one', async () => {
  const query = ['doc-1', 'DOC-1', '42', '0042'].map(
    (id, at) => `m${at}: media(documentId: "${id}") { documentDescription }`,
  );
  expect(await described(query.join(' '))).toEqual(['second', 'other', 'of b', 'of c']);
});

test('whose document is meant is not guessed where no document has that very id', async () => {
  const { data, errors } = await gateway.ask('{ media(documentId: "042") { id } }');
  expect(data).toEqual({ media: null });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_PROTOCOL' } }]);
});

test('what a mutation selects of its document is the document of that very id', async () => {
  gateway.redox.answerWrite = () => ({ status: 200, body: { Meta: {} } });
  const { data } = await gateway.ask(DELETE, { input: deletion('a', { documentId: 'doc-1' }) });
  gateway.redox.answerWrite = undefined;
  expect(data).toMatchObject({ deleteMedia: { media: { documentId: 'doc-1' } } });
});
