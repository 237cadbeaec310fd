/** Files that were listed with their links are served from memory: no call of Redox, byte for byte, until a write or time makes them old. */
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { askWell } from '../../support/own-chart.ts';
import { DELETE, deletion } from '../../writes/inputs.ts';
import { download, type LinkedFile, linkTo, sha256Of, someBytes } from './links.ts';
import { callsOf, docOf, fileOf, linkOf, listFiles } from './listed-files.ts';

const KIB = 1024;

test('sixty files through their links, parts, HEAD and 304 among them, cost no call beside the one of their list', async () => {
  const charts = Array.from({ length: 60 }, (_, at) => docOf('a', at, 200_000));
  await using gateway = await startTestGateway({ charts });
  const calls = await gateway.countCalls(async () => {
    const files = await listFiles(gateway, 'a');
    expect(files).toHaveLength(60);
    await Promise.all(
      files.map(async ({ url, sha256 }) => {
        expect(sha256Of((await download(url)).bytes)).toBe(sha256);
      }),
    );
    const { url, sha256 } = linkOf(files, 'document-a-7');
    const part = await download(url, { range: 'bytes=131070-131080' });
    expect([part.status, part.bytes.equals(someBytes(200_000, 7).subarray(131_070, 131_081))]).toEqual([
      206,
      true,
    ]);
    expect((await download(url, {}, 'HEAD')).headers.get('content-length')).toBe('200000');
    expect((await download(url, { 'if-none-match': `"${sha256}"` })).status).toBe(304);
  });
  expect(calls).toBe(1);
});

test('a response from memory tells its age; one from Redox has none', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway({ charts: [docOf('a', 1)] }, {}, clock);
  const { url } = await linkTo(gateway, 'document-a-1');
  await clock.advance(61_500);
  for (const method of ['GET', 'HEAD'])
    expect((await download(url, {}, method)).headers.get('age')).toBe('61');
  expect((await download(url, { 'if-none-match': '*' })).headers.get('age')).toBe('61');
  expect((await download(url, { 'cache-control': 'no-cache' })).headers.get('age')).toBeNull();
});

describe('of Cache-Control', () => {
  test.each([
    ['no-cache', 1],
    ['no-store', 1],
    ['max-age=0', 0],
    ['only-if-cached', 0],
  ])('%s costs a download %d calls', async (cacheControl, calls) => {
    await using gateway = await startTestGateway({ charts: [docOf('a', 1)] });
    const link = await linkTo(gateway, 'document-a-1');
    expect(await callsOf(gateway, link, { 'cache-control': cacheControl })).toBe(calls);
  });

  test('with no-store nothing of an operation is kept, and no-cache keeps it', async () => {
    await using gateway = await startTestGateway({ charts: [docOf('a', 1)] });
    const query = '{ media(documentId: "document-a-1") { content { url sha256 } } }';
    for (const [cacheControl, calls] of [
      ['no-store', 1],
      ['no-cache', 0],
    ] as const) {
      const { data } = await gateway.ask<{ media: { content: LinkedFile } }>(
        query,
        {},
        { 'cache-control': cacheControl },
      );
      if (!data) throw new Error('no data');
      expect(await callsOf(gateway, data.media.content)).toBe(calls);
    }
  });
});

test('what no link was made for is not kept', async () => {
  await using gateway = await startTestGateway({ charts: [docOf('a', 1)] }, { RECENT_SECONDS: '120' });
  const asked = (fields: string) =>
    askWell(gateway, `{ media(documentId: "document-a-1") { content { ${fields} } } }`);
  const { url, sha256 } = await linkTo(gateway, 'document-a-1');
  await gateway.ask(DELETE, { input: deletion('a', { documentId: 'another' }) });
  await asked('sha256 byteLength base64');
  expect(await callsOf(gateway, { url, sha256, byteLength: 1000 })).toBe(1);
  await asked('url base64');
  expect(await callsOf(gateway, { url, sha256, byteLength: 1000 })).toBe(0);
});

test('fields of one document that ask for it with and without its link, or with its bytes, share a call', async () => {
  await using gateway = await startTestGateway({ charts: [docOf('a', 1)] });
  const query = `{ ${['sha256', 'url sha256', 'base64'].map((fields, at) => `f${at}: media(documentId: "document-a-1") { content { ${fields} } }`).join(' ')} }`;
  let link: LinkedFile | undefined;
  const calls = await gateway.countCalls(async () => {
    const { f1, f2 } = await askWell<{ f1: { content: LinkedFile }; f2: { content: { base64: string } } }>(
      gateway,
      query,
    );
    expect(f2.content.base64).toBe(fileOf(1));
    link = f1.content;
  });
  if (link === undefined) throw new Error('no link');
  expect([calls, await callsOf(gateway, link)]).toEqual([1, 0]);
});

test('the files of all pages are kept with the first', async () => {
  await using gateway = await startTestGateway({
    charts: Array.from({ length: 5 }, (_, at) => docOf('a', at)),
  });
  const query = `query ($after: String) { patient(identifiers: { value: "SYN-a", idType: "MR" }) {
    media(first: 2, after: $after) { nodes { content { url sha256 } } pageInfo { endCursor hasNextPage } } } }`;
  type Page = { nodes: { content: LinkedFile }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
  const links: LinkedFile[] = [];
  const calls = await gateway.countCalls(async () => {
    for (let after: string | null = null, isLast = false; !isLast; ) {
      const { patient }: { patient: { media: Page } } = await askWell(gateway, query, { after });
      links.push(...patient.media.nodes.map(({ content }) => content));
      after = patient.media.pageInfo.endCursor;
      isLast = !patient.media.pageInfo.hasNextPage;
    }
    for (const { url, sha256 } of links) expect(sha256Of((await download(url)).bytes)).toBe(sha256);
  });
  expect([links.length, calls]).toEqual([5, 1]);
});

test.each([{ RECENT_SECONDS: '0' }, { RECENT_FILE_BYTES: '0' }])(
  'with %j every download asks Redox',
  async (settings) => {
    await using gateway = await startTestGateway({ charts: [docOf('a', 1)] }, settings);
    const link = await linkTo(gateway, 'document-a-1');
    expect(await callsOf(gateway, link)).toBe(1);
    expect(await callsOf(gateway, link)).toBe(1);
  },
);

test('RECENT_SECONDS after Redox sent it, a file is asked for again; showing it anew renews it', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway({ charts: [docOf('a', 1)] }, { RECENT_SECONDS: '10' }, clock);
  const link = await linkTo(gateway, 'document-a-1');
  await clock.advance(9_999);
  expect(await callsOf(gateway, link)).toBe(0);
  await clock.advance(1);
  expect(await callsOf(gateway, link)).toBe(1);
  await linkTo(gateway, 'document-a-1');
  await clock.advance(9_000);
  await linkTo(gateway, 'document-a-1');
  await clock.advance(9_000);
  expect(await callsOf(gateway, link)).toBe(0);
});

describe('where there is not room for all', () => {
  const settings = { RECENT_FILE_BYTES: String(100 * KIB) };

  test('the file that was used least lately makes room', async () => {
    const charts = Array.from({ length: 10 }, (_, at) => docOf('a', at, 10 * KIB));
    charts.push(docOf('b', 1, 10 * KIB), docOf('b', 2, 10 * KIB));
    await using gateway = await startTestGateway({ charts }, settings);
    // A kilobyte is counted beside each: nine fit.
    const files = (await listFiles(gateway, 'a')).slice(0, 9);
    const kept = [];
    for (const file of files) if ((await callsOf(gateway, file)) === 0) kept.push(file);
    expect(kept.length).toBeGreaterThanOrEqual(8);
    const [first, second, third] = kept;
    if (!first || !second || !third) throw new Error('too few');
    // Now the second and the third were used least lately.
    expect(await callsOf(gateway, first)).toBe(0);
    await listFiles(gateway, 'b');
    expect(await callsOf(gateway, first)).toBe(0);
    expect(await callsOf(gateway, second)).toBe(1);
    expect(await callsOf(gateway, third)).toBe(1);
  });

  test('a file of more than an eighth is asked for each time, and takes no other’s place', async () => {
    const most = Math.floor((100 * KIB) / 8);
    const charts = [
      ...Array.from({ length: 8 }, (_, at) => docOf('a', at, 10 * KIB)),
      docOf('b', 1, most + 1),
      docOf('c', 1, most),
    ];
    await using gateway = await startTestGateway({ charts }, settings);
    const files = await listFiles(gateway, 'a');
    const large = await linkTo(gateway, 'document-b-1');
    expect(await callsOf(gateway, large)).toBe(1);
    for (const file of files) expect(await callsOf(gateway, file)).toBe(0);
    expect(await callsOf(gateway, await linkTo(gateway, 'document-c-1'))).toBe(0);
  });
});
