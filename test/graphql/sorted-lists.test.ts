/** A long list is sorted once for all fields of an operation that are pages of it. */
import { expect, test } from 'vitest';
import { countWork } from '../support/count-work.ts';
import { startTestGateway } from '../support/gateway.ts';
import { askWell, byRecordNumber, chartDocument } from '../support/own-chart.ts';

const COUNT = 1500;
const at = (nth: number) => new Date(Date.UTC(2024, 0, 1) + ((nth * 701) % COUNT) * 60_000).toISOString();
const charts = Array.from({ length: COUNT }, (_, nth) =>
  chartDocument('p', { documentId: `d${nth}`, serviceDateTime: at(nth), fileContents: '' }),
);
const newest = charts
  .toSorted((a, b) => ((a.serviceDateTime ?? '') < (b.serviceDateTime ?? '') ? 1 : -1))
  .map(({ documentId }) => documentId);

type Page = { totalCount: number; nodes: { documentId: string }[] };

test("twenty pages cost less than twice the work of one, and filters and directions are each page's own", async () => {
  await using gateway = await startTestGateway({ charts });
  const ask = async (aliases: string) => {
    const query = `query ($p: [IdentifierInput!]!) { patient(identifiers: $p) { ${aliases} } }`;
    const { patient } = await askWell<{ patient: Record<string, Page> }>(gateway, query, {
      p: byRecordNumber('p').identifiers,
    });
    return Object.values(patient);
  };
  const page = (name: number, more = '') =>
    `a${name}: media(first: 2${more}) { totalCount nodes { documentId } }`;
  const sorting = (aliases: string) => countWork(() => ask(aliases), ['src/documents/order.ts']);
  const one = await sorting(page(0));
  const twenty = Array.from({ length: 20 }, (_, name) => page(name)).join(' ');
  expect(await sorting(twenty)).toBeLessThan(2 * one);

  const [descending, ascending, none] = await ask(
    [
      page(0),
      page(1, ', orderBy: { field: SERVICE_DATE_TIME, direction: ASC }'),
      page(2, ', filter: { serviced: { to: "2023-01-01" } }'),
    ].join(' '),
  );
  const idsOf = (list: Page | undefined) => list?.nodes.map(({ documentId }) => documentId);
  expect(idsOf(descending)).toEqual(newest.slice(0, 2));
  expect(idsOf(ascending)).toEqual(newest.slice(-2).toReversed());
  expect([descending?.totalCount, none?.totalCount]).toEqual([COUNT, 0]);
});

test('all visits and identifiers of a patient come from lists that are sorted once as well', async () => {
  await using gateway = await startTestGateway({ charts });
  const ask = (aliases: string) =>
    askWell<{ patient: Record<string, unknown> }>(
      gateway,
      `query ($p: [IdentifierInput!]!) { patient(identifiers: $p) { ${aliases} } }`,
      { p: byRecordNumber('p').identifiers },
    );
  const sorting = (aliases: string) => countWork(() => ask(aliases), ['src/documents/order.ts']);
  const fields = (name: number) => `v${name}: visits { visitNumber } i${name}: identifiers { value }`;
  const one = await sorting(fields(0));
  expect(await sorting(Array.from({ length: 10 }, (_, name) => fields(name)).join(' '))).toBeLessThan(
    2 * one,
  );
  const { patient } = await ask(fields(0));
  expect(patient).toEqual({
    v0: [{ visitNumber: 'V-p' }],
    i0: [{ value: 'SYN-p' }, { value: 'e-p' }],
  });
});
