/** `/metrics` on what is remembered: what was found there, what was not, what had to go, and what it takes, by kind. */
import { expect, test } from 'vitest';
import { download, someBytes } from '../http/content/links.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';
import { readMetrics } from '../support/read-metrics.ts';

const docOf = (at: number, length = 1000) =>
  chartDocument('a', { documentId: `doc-${at}`, fileContents: someBytes(length, at).toString('base64') });
const CHART = [1, 2, 3].map((at) => docOf(at));

interface Listed {
  readonly patient: {
    readonly media: {
      readonly nodes: readonly { readonly content: { readonly url: string } }[];
      readonly pageInfo: { readonly endCursor: string };
    };
  };
}

const queryOf = (content: string) => `query ($after: String) {
  patient(identifiers: { value: "SYN-a", idType: "MR" }) { media(first: 2, after: $after) {
    nodes { documentId ${content} } pageInfo { endCursor } } } }`;

async function list(gateway: TestGateway, variables = {}, cacheControl = '') {
  const { data } = await gateway.ask<Listed>(queryOf('content { url }'), variables, {
    ...(cacheControl && { 'cache-control': cacheControl }),
  });
  const { nodes = [], pageInfo } = data?.patient.media ?? {};
  return { urls: nodes.map(({ content }) => content.url), after: pageInfo?.endCursor };
}

async function counts(gateway: TestGateway) {
  const metrics = await readMetrics(gateway.url);
  const of = (kind: string) =>
    ['hits_total', 'misses_total', 'evictions_total', 'bytes'].map((name) =>
      metrics.get(`recent_${name}{kind="${kind}"}`),
    );
  return { page: of('page'), question: of('question'), file: of('file') };
}

test('what was looked for, by kind, and whether it was found', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway({ charts: CHART, tokenLifetimeSeconds: 24 * 3600 }, {}, clock);
  expect(await counts(gateway)).toEqual({ page: [0, 0, 0, 0], question: [0, 0, 0, 0], file: [0, 0, 0, 0] });
  const { urls, after } = await list(gateway);
  // A caller that wants Redox to be asked has looked for nothing.
  await list(gateway, {}, 'no-cache');
  await list(gateway, { after }, 'no-cache');
  expect(await counts(gateway)).toMatchObject({
    page: [0, 0, 0, expect.any(Number)],
    question: [0, 0, 0, expect.any(Number)],
  });
  await list(gateway, { after });
  await list(gateway, { after });
  await list(gateway, {}, 'max-age=60');
  await clock.advance(30_000);
  await list(gateway, {}, 'max-age=10');
  for (const url of urls) {
    for (const [headers, method] of [
      [{}, 'GET'],
      [{}, 'HEAD'],
      [{ range: 'bytes=1-2' }, 'GET'],
    ] as const) {
      await download(url, headers, method);
    }
  }
  const before = await counts(gateway);
  expect(before).toMatchObject({
    page: [2, 0, 0, expect.any(Number)],
    question: [1, 1, 0, expect.any(Number)],
  });
  expect(before.file).toEqual([6, 0, 0, 3 * (1000 + 1024)]);
  expect(before.page[3]).toBeGreaterThan(1000);
  await clock.advance(121_000);
  await download(urls[0] ?? '');
  await list(gateway, { after });
  const afterwards = await counts(gateway);
  expect(afterwards).toMatchObject({
    page: [2, 1, 0, expect.any(Number)],
    file: [6, 1, 0, expect.any(Number)],
  });
});

test('an answer is a page’s from when a cursor names it', async () => {
  await using gateway = await startTestGateway({ charts: CHART });
  await askWell(
    gateway,
    '{ patient(identifiers: { value: "SYN-a", idType: "MR" }) { media { totalCount } } }',
  );
  const before = await counts(gateway);
  expect(before.page[3]).toBe(0);
  expect(before.question[3]).toBeGreaterThan(0);
  const named = { patient: { media: { pageInfo: { endCursor: expect.any(String) } } } };
  expect(await askWell(gateway, queryOf(''))).toMatchObject(named);
  const { page } = await counts(gateway);
  expect(page[3]).toBeGreaterThan(0);
});

test('what has to make room is counted, and no more is taken than the bounds', async () => {
  const chart = [1, 2, 3, 4].map((at) => docOf(at, 15_000));
  await using gateway = await startTestGateway(
    { charts: chart },
    { RECENT_BYTES: '100000', RECENT_FILE_BYTES: String(8 * 16_100) },
  );
  for (let at = 0; at < 25; at += 1) await list(gateway);
  const charts = ['b', 'c'].flatMap((name) =>
    [1, 2, 3, 4].map((at) =>
      chartDocument(name, {
        documentId: `${name}-${at}`,
        fileContents: someBytes(15_000, at).toString('base64'),
      }),
    ),
  );
  gateway.redox.answer = () => charts;
  const search = `{ mediaSearch(filter: { patients: [
    { identifiers: [{ value: "SYN-b", idType: "MR" }] }, { identifiers: [{ value: "SYN-c", idType: "MR" }] }] }) {
    nodes { content { url } } } }`;
  await askWell(gateway, search);
  const { page, question, file } = await counts(gateway);
  expect(file[2]).toBe(4);
  expect(file[3]).toBeLessThanOrEqual(8 * 16_100);
  expect((page[2] ?? 0) + (question[2] ?? 0)).toBeGreaterThan(0);
  expect((page[3] ?? 0) + (question[3] ?? 0)).toBeLessThanOrEqual(100_000);
});

test('where nothing is remembered there is nothing to tell', async () => {
  await using gateway = await startTestGateway({ charts: CHART }, { RECENT_SECONDS: '0' });
  await list(gateway);
  const names = [...(await readMetrics(gateway.url)).keys()];
  expect(names.filter((name) => name.startsWith('recent_'))).toEqual([]);
});
