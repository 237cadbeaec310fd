/** Pages, put together, are the whole list: in either direction, whatever upstream does between them, also where it is read again for each. */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ChartDocument } from '../../sandbox/sandbox.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { askPage, walkPages } from '../support/pages.ts';

let gateway: TestGateway;
/** What the destination answers next. */
let documents: readonly ChartDocument[] = [];
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [], answer: () => documents }, { RECENT_SECONDS: '0' });
});
afterAll(() => gateway.close());

const ten = Array.from({ length: 10 }, (_, at) =>
  chartDocument('a', {
    documentId: `doc-${at}`,
    documentDescription: `${at}`,
    serviceDateTime: `2026-01-${10 + at}`,
  }),
).reverse();
beforeEach(() => {
  documents = ten;
});

/** The list holds 9, 8, … 0. */
const cursorOf = async (description: string) => {
  const { edges, nodes } = await askPage(gateway, {});
  return edges[nodes.findIndex((node) => node.documentDescription === description)]?.cursor;
};

describe('a page of the list 9876543210', () => {
  test.each<
    [string, { first?: number; last?: number; after?: string; before?: string }, string, boolean, boolean]
  >([
    ['by default', {}, '9876543210', false, false],
    ['first 0', { first: 0 }, '', false, true],
    ['last 0', { last: 0 }, '', true, false],
    ['first 3', { first: 3 }, '987', false, true],
    ['first 10', { first: 10 }, '9876543210', false, false],
    ['first 1000', { first: 1000 }, '9876543210', false, false],
    ['last 3', { last: 3 }, '210', true, false],
    ['last 1000', { last: 1000 }, '9876543210', false, false],
    ['after 7', { after: '7' }, '6543210', true, false],
    ['first 2 after 7', { first: 2, after: '7' }, '65', true, true],
    ['after the last', { first: 2, after: '0' }, '', true, false],
    ['last 2 after 7', { last: 2, after: '7' }, '10', true, false],
    ['before 7', { before: '7' }, '98', false, true],
    ['last 1 before 7', { last: 1, before: '7' }, '8', true, true],
    ['first 1 before 7', { first: 1, before: '7' }, '9', false, true],
    ['last 2 before the first', { last: 2, before: '9' }, '', false, true],
    ['between 8 and 3', { after: '8', before: '3' }, '7654', true, true],
    ['first 2 between 8 and 3', { first: 2, after: '8', before: '3' }, '76', true, true],
    ['last 2 between 8 and 3', { last: 2, after: '8', before: '3' }, '54', true, true],
    ['between 3 and 8, the wrong way round', { after: '3', before: '8' }, '', true, true],
    ['after the last, before 7', { after: '0', before: '7' }, '', true, true],
    ['first 2 before 7, which is all of it', { first: 2, before: '7' }, '98', false, false],
    ['first 1000 between 8 and 3', { first: 1000, after: '8', before: '3' }, '7654', true, false],
    ['last 1000 between 8 and 3', { last: 1000, after: '8', before: '3' }, '7654', false, true],
    ['last 7 after 7, which is all of it', { last: 7, after: '7' }, '6543210', false, false],
    ['first 0 after 7', { first: 0, after: '7' }, '', true, true],
  ])('%s', async (_, { first, last, after, before }, expected, hasPreviousPage, hasNextPage) => {
    const page = await askPage(gateway, {
      ...(first !== undefined && { first }),
      ...(last !== undefined && { last }),
      ...(after !== undefined && { after: await cursorOf(after) }),
      ...(before !== undefined && { before: await cursorOf(before) }),
    });
    expect(page.nodes.map(({ documentDescription }) => documentDescription).join('')).toBe(expected);
    expect(page.edges.map(({ node }) => node.id)).toEqual(page.nodes.map(({ id }) => id));
    expect(page.totalCount).toBe(10);
    expect(page.pageInfo).toEqual({
      hasPreviousPage,
      hasNextPage,
      startCursor: page.edges.at(0)?.cursor ?? null,
      endCursor: page.edges.at(-1)?.cursor ?? null,
    });
  });

  test('holds 100 documents unless more are asked for, and tells how many there are', async () => {
    documents = Array.from({ length: 120 }, (_, at) => chartDocument('a', { documentId: `doc-${at}` }));
    const { nodes, totalCount, pageInfo } = await askPage(gateway, {});
    expect([nodes.length, totalCount, pageInfo.hasNextPage]).toEqual([100, 120, true]);
  });
});

interface Arguments {
  readonly first?: number;
  readonly last?: number;
  readonly after?: string;
  readonly before?: string;
}

/**
 * Relay's Cursor Connections, word for word: ApplyCursorsToEdges and EdgesToReturn (§4.4), HasPreviousPage and HasNextPage
 * (§5.1), where the server can tell what lies beyond a cursor. `edges` are named by their cursors.
 */
function pageByRelay(allEdges: readonly string[], { first, last, after, before }: Arguments) {
  let edges = [...allEdges];
  // "If afterEdge exists: Remove all elements of edges before and including afterEdge."
  if (after !== undefined) edges = edges.filter((edge) => allEdges.indexOf(edge) > allEdges.indexOf(after));
  // "If beforeEdge exists: Remove all elements of edges after and including beforeEdge."
  if (before !== undefined) edges = edges.filter((edge) => allEdges.indexOf(edge) < allEdges.indexOf(before));
  let returned = edges;
  // "If edges has length greater than first: Slice edges to be of length first by removing edges from the end."
  if (first !== undefined && returned.length > first) returned = returned.slice(0, first);
  // "... removing edges from the start of edges."
  if (last !== undefined && returned.length > last) returned = returned.slice(returned.length - last);
  const hasPreviousPage = () => {
    if (last !== undefined) return edges.length > last;
    if (after !== undefined) return allEdges.indexOf(after) >= 0;
    return false;
  };
  const hasNextPage = () => {
    if (first !== undefined) return edges.length > first;
    if (before !== undefined) return allEdges.indexOf(before) < allEdges.length;
    return false;
  };
  return { returned, hasPreviousPage: hasPreviousPage(), hasNextPage: hasNextPage() };
}

test('any page is what Relay’s algorithm makes of its arguments', async () => {
  const size = fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined });
  const cursor = fc.option(fc.nat({ max: 5 }), { nil: undefined });
  const how = fc
    .record({
      count: fc.integer({ min: 0, max: 6 }),
      size,
      fromEnd: fc.boolean(),
      after: cursor,
      before: cursor,
    })
    .map(({ count, size: most, fromEnd, after, before }) => ({
      count,
      take: most === undefined ? {} : fromEnd ? { last: most } : { first: most },
      after: after !== undefined && after < count ? after : undefined,
      before: before !== undefined && before < count ? before : undefined,
    }));
  await fc.assert(
    fc.asyncProperty(how, async ({ count, take, after, before }) => {
      documents = ten.slice(0, count);
      const all = (await askPage(gateway, {})).edges.map((edge) => edge.cursor);
      const args: Arguments = {
        ...take,
        ...(after !== undefined && { after: all[after] ?? '' }),
        ...(before !== undefined && { before: all[before] ?? '' }),
      };
      const { edges, pageInfo, totalCount } = await askPage(gateway, { ...args });
      const { hasPreviousPage, hasNextPage } = pageInfo;
      const returned = edges.map((edge) => edge.cursor);
      expect({ returned, hasPreviousPage, hasNextPage }).toEqual(pageByRelay(all, args));
      expect(totalCount).toBe(count);
    }),
    { numRuns: 150 },
  );
});

test('a cursor opens again however long the names are that it stands for', async () => {
  documents = ['b', 'a'].map((letter) => chartDocument('a', { fileName: letter.repeat(20_000) }));
  const orderBy = { field: 'FILE_NAME', direction: 'ASC' };
  const pages = await walkPages(gateway, { backwards: false, size: 1, orderBy });
  expect(pages.map(({ nodes }) => nodes.length)).toEqual([1, 1]);
});

const field = fc.constantFrom('SERVICE_DATE_TIME', 'CREATION_DATE_TIME', 'DOCUMENT_TYPE', 'FILE_NAME');
const walk = fc.record({
  backwards: fc.boolean(),
  size: fc.integer({ min: 1, max: 5 }),
  orderBy: fc.option(fc.record({ field, direction: fc.constantFrom('ASC', 'DESC') }), { nil: undefined }),
});
/** Few different values, so that ties are many. */
const date = fc.constantFrom(
  '2026-01-01',
  '2026-01-01T00:00:00Z',
  '2025-12-31T20:00:00-04:00',
  '2026-02-01',
  'soon',
  null,
);
const text = fc.constantFrom('Photo', 'photo', 'Consent Form', 'Ä', '', null, undefined);
const charts = fc.array(
  fc.record({
    documentId: fc.constantFrom('doc-1', 'doc-2', null, undefined),
    documentType: text,
    fileName: text,
    creationDateTime: date,
    serviceDateTime: date,
    visitNumber: fc.constantFrom('V-1', 'V-2', undefined),
  }),
  { maxLength: 14 },
);

/** Another order on every call, the same in every run. */
function shuffled<T>(list: readonly T[], turn: number): T[] {
  return list
    .map((one, at) => ({ one, key: Math.sin(turn * 101 + at * 37) }))
    .sort((a, b) => a.key - b.key)
    .map(({ one }) => one);
}

const idsOn = (pages: readonly { nodes: readonly { id: string }[] }[]) =>
  pages.flatMap(({ nodes }) => nodes.map(({ id }) => id));

describe('pages of any chart', () => {
  test('are the whole list, though ties abound and upstream shuffles between them', async () => {
    await fc.assert(
      fc.asyncProperty(charts, walk, async (fields, how) => {
        const all = fields.map((one) => chartDocument('a', one));
        documents = all;
        const whole = await askPage(gateway, { orderBy: how.orderBy, first: 1000 });
        let turn = 0;
        const pages = await walkPages(gateway, how, () => {
          documents = shuffled(all, ++turn);
        });
        expect(idsOn(pages)).toEqual(idsOn([whole]));
        expect(new Set(idsOn(pages)).size).toBe(whole.totalCount);
        expect(pages.map(({ totalCount }) => totalCount)).toEqual(pages.map(() => whole.totalCount));
      }),
      { numRuns: 40 },
    );
  });

  test('neither repeat nor lose a document when others come and go between them', async () => {
    await fc.assert(
      fc.asyncProperty(charts, walk, fc.infiniteStream(fc.nat()), async (fields, how, chance) => {
        const named = fields.map((one, at) => chartDocument('a', { ...one, documentDescription: `${at}` }));
        const [passing, staying] = [named.slice(0, 5), named.slice(5)];
        documents = named;
        const pages = await walkPages(gateway, how, () => {
          const seed = chance.next().value ?? 0;
          documents = shuffled([...staying, ...passing.filter((_, at) => (seed >> at) & 1)], seed);
        });
        const seen = pages.flatMap(({ nodes }) =>
          nodes.map(({ documentDescription }) => Number(documentDescription)),
        );
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((one) => one >= 5).sort((a, b) => a - b)).toEqual(staying.map((_, at) => at + 5));
      }),
      { numRuns: 40 },
    );
  });
});
