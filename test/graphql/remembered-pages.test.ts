/** Pages of a remembered list are those that would be cut from Redox's answer, whatever was asked of the list before. */
import { expect, test } from 'vitest';
import { countWork } from '../support/count-work.ts';
import { startTestGateway } from '../support/gateway.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';

const days = ['2026-01-03', '2026-01-01', '2026-01-05', '2026-01-05', '2026-01-02'];
const charts = [
  ...days.map((serviceDateTime, at) =>
    chartDocument('p', { documentId: `d${at}`, serviceDateTime, fileType: at % 2 === 0 ? 'JPG' : 'PDF' }),
  ),
  // Equal in everything, and yet different documents.
  ...[1, 2].map(() =>
    chartDocument('p', { documentId: null, serviceDateTime: '2026-01-04', fileType: 'PDF' }),
  ),
];

const PAGES = [
  '',
  '(orderBy: { field: SERVICE_DATE_TIME, direction: ASC })',
  '(orderBy: { field: FILE_NAME, direction: DESC })',
  '(filter: { fileTypes: ["PDF"] })',
  '(filter: { serviced: { from: "2026-01-03" } }, first: 2)',
  '(last: 3)',
  '',
];
const QUERY = `query ($p: [IdentifierInput!]!) { patient(identifiers: $p) {
  ${PAGES.map(
    (page, at) => `a${at}: media${page} { totalCount pageInfo { hasNextPage }
    nodes { id documentId serviceDateTime } }`,
  ).join('\n')}
  visits { visitNumber } } }`;
const VARIABLES = { p: byRecordNumber('p').identifiers };
const MAX_AGE = { 'cache-control': 'max-age=100' };

test('in every order, with every filter, again and again', async () => {
  await using gateway = await startTestGateway({ charts });
  const ask = (headers = {}) => gateway.ask(QUERY, VARIABLES, headers);
  const asked = await ask();
  expect(asked.errors).toEqual([]);
  for (let time = 0; time < 3; time += 1) {
    const before = gateway.redox.callCount;
    const { data } = await ask(MAX_AGE);
    expect(gateway.redox.callCount).toBe(before);
    expect(withoutIds(data)).toEqual(withoutIds(asked.data));
  }
});

test('which is put in its usual order once', async () => {
  await using gateway = await startTestGateway({ charts });
  const query = `query ($p: [IdentifierInput!]!) { patient(identifiers: $p) { media { totalCount } } }`;
  const sorting = () => countWork(() => gateway.ask(query, VARIABLES, MAX_AGE), ['src/documents/order.ts']);
  await sorting();
  const first = await sorting();
  expect(await sorting()).toBeLessThan(first / 3);
});

/** Sealed ids differ each time; that they lead to the same document is for other tests. */
function withoutIds(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data), (key, value) => (key === 'id' ? null : value));
}
