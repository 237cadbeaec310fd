/** Links that are used at once share a Media Query, and each gets what it would get alone: at its own pace, and with its own failures. */
import { describe, expect, test } from 'vitest';
import type { AnswerHook, RawItem } from '../../../sandbox/sandbox.ts';
import type { Clock } from '../../../src/clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { holdAnswers } from '../../support/gate.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { askWell, chartDocument } from '../../support/own-chart.ts';
import { readMetrics } from '../../support/read-metrics.ts';
import { until } from '../../support/until.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../issuer.ts';
import { download, downloadSlowly, type LinkedFile, linkTo, sha256Of, someBytes } from './links.ts';

const IDS = Array.from({ length: 10 }, (_, at) => `d${at}`);
const FILES = IDS.map((_, at) => someBytes(20_000 + at, at + 1));
/** More than the connection to a caller holds, with Linux's defaults. */
const LARGE = someBytes(7_900_000, 99);
const documentOf = (id: string, file: Buffer) =>
  chartDocument('a', { documentId: id, fileContents: file.toString('base64') });
const charts = [
  documentOf('large', LARGE),
  ...IDS.map((id, at) => documentOf(id, FILES[at] ?? LARGE)),
  chartDocument('b', { documentId: 'held' }),
  ...[1, 2, 3].map((seed) =>
    chartDocument('c', { documentId: null, fileContents: someBytes(5000, seed).toString('base64') }),
  ),
];
/** One call at a time, and every download is one: no file is kept. */
const SLOT = { REDOX_CONCURRENCY: '1', RECENT_FILE_BYTES: '0' };

async function startShared(settings: Record<string, string> = {}, clock?: Clock) {
  const gateway = await startTestGateway({ charts }, { ...SLOT, ...settings }, clock);
  const links = await Promise.all(IDS.map((id) => linkTo(gateway, id)));
  const large = await linkTo(gateway, 'large');
  return { gateway, links, large, [Symbol.asyncDispose]: () => gateway.close() };
}

/** The one slot is taken until `count` needs wait for it; then they go together, to a Redox that answers so. */
async function together<T>(
  gateway: TestGateway,
  count: number,
  begin: () => T,
  answer?: AnswerHook,
): Promise<T> {
  using gate = holdAnswers(gateway.redox);
  const before = gateway.redox.callCount;
  const held = gateway.ask('{ media(documentId: "held") { documentId } }');
  await until(() => gateway.redox.inFlight === 1 && gateway.redox.callCount > before);
  const begun = begin();
  const waiting = async () => (await readMetrics(gateway.url)).get('waiting_needs{destination="general"}');
  await until(async () => (await waiting()) === count);
  gateway.redox.calls.length = 0;
  gateway.redox.answer = answer;
  gate.open();
  await held;
  return begun;
}

const listsIn = ({ redox }: TestGateway) =>
  redox.calls.map(
    ({ query }) => (query as { DocumentIDs?: readonly string[] }).DocumentIDs?.toSorted() ?? 'all',
  );
const urlsOf = (links: readonly LinkedFile[]) => links.map(({ url }) => url);
const downloadAll = (links: readonly LinkedFile[]) => Promise.all(urlsOf(links).map((url) => download(url)));

/** What each was answered: 200 only where the bytes are those that its link is for. */
function outcomesOf(links: readonly LinkedFile[], got: readonly Awaited<ReturnType<typeof download>>[]) {
  return got.map(({ status, bytes }, at) => {
    if (status !== 200) return status;
    return sha256Of(bytes) === links[at]?.sha256 ? 200 : 'another file';
  });
}
const all = (status: number, others: Readonly<Record<number, number>> = {}) =>
  IDS.map((_, at) => others[at] ?? status);

/** As Redox may send it: the contents before what names the document. */
function rawOf(id: string, file: Buffer): RawItem {
  const Identifiers = [
    { ID: 'SYN-a', IDType: 'MR' },
    { ID: 'e-a', IDType: 'EHRID' },
  ];
  return {
    raw: { FileContents: file.toString('base64'), FileType: 'TXT', DocumentID: id, Patient: { Identifiers } },
  };
}

test('ten links at once are one Media Query, byte for byte', async () => {
  await using started = await startShared();
  const { gateway, links } = started;
  expect(outcomesOf(links, await together(gateway, 10, () => downloadAll(links)))).toEqual(all(200));
  expect(listsIn(gateway)).toEqual([IDS]);
});

test('also where the contents come before the ids, and the documents in another order', async () => {
  await using started = await startShared();
  const { gateway, links } = started;
  const answer = () => IDS.map((id, at) => rawOf(id, FILES[at] ?? LARGE)).toReversed();
  const got = await together(gateway, 10, () => downloadAll(links), answer);
  // The document is known again by its id and patient, though what it says is less than before.
  expect(outcomesOf(links, got)).toEqual(all(200));
  expect(listsIn(gateway)).toEqual([IDS]);
});

test('whole files, parts of them, and the same one twice share it too', async () => {
  await using started = await startShared();
  const { gateway, links, large } = started;
  const ranges: [LinkedFile, string, Buffer][] = [
    [large, 'bytes=0-9', LARGE.subarray(0, 10)],
    [large, 'bytes=7000000-', LARGE.subarray(7_000_000)],
    [links[0] ?? large, 'bytes=-5', (FILES[0] ?? LARGE).subarray(-5)],
  ];
  const [whole, parts] = await together(gateway, 13, () =>
    Promise.all([
      downloadAll(links),
      Promise.all(ranges.map(([{ url }, range]) => download(url, { range }))),
    ]),
  );
  expect(outcomesOf(links, whole)).toEqual(all(200));
  expect(parts.map(({ status }) => status)).toEqual([206, 206, 206]);
  expect(parts.map(({ bytes }, at) => bytes.equals(ranges[at]?.[2] ?? LARGE))).toEqual([true, true, true]);
  expect(listsIn(gateway)).toEqual([[...IDS, 'large']]);
});

test('HEAD and 304 of several documents share one of their own', async () => {
  await using started = await startShared();
  const { gateway, links } = started;
  const got = await together(gateway, 10, () =>
    Promise.all(
      links.map(({ url, sha256 }, at) =>
        at % 2 === 0 ? download(url, {}, 'HEAD') : download(url, { 'if-none-match': `"${sha256}"` }),
      ),
    ),
  );
  expect(got.map(({ status }) => status)).toEqual(IDS.map((_, at) => (at % 2 === 0 ? 200 : 304)));
  expect(listsIn(gateway)).toEqual([IDS]);
});

test('documents of one patient that have no id are asked for once', async () => {
  await using started = await startShared();
  const { gateway } = started;
  const query = `{ patient(identifiers: { value: "SYN-c", idType: "MR" }) { media { nodes { content { url sha256 byteLength } } } } }`;
  const { patient } = await askWell<{ patient: { media: { nodes: { content: LinkedFile }[] } } }>(
    gateway,
    query,
  );
  const links = patient.media.nodes.map(({ content }) => content);
  expect(outcomesOf(links, await together(gateway, 3, () => downloadAll(links)))).toEqual([200, 200, 200]);
  expect(listsIn(gateway)).toEqual(['all']);
});

describe('a caller that', () => {
  test('reads nothing holds up no other, and gets every byte when it goes on', async () => {
    await using started = await startShared();
    const { gateway, links, large } = started;
    const { slow, got } = await together(gateway, 11, () => ({
      slow: downloadSlowly(large.url),
      got: downloadAll(links),
    }));
    expect(outcomesOf(links, await got)).toEqual(all(200));
    // Redox is done, too: its slot is free for others.
    await until(() => gateway.redox.inFlight === 0);
    expect(outcomesOf(links, await downloadAll(links))).toEqual(all(200));
    const chunks: Buffer[] = [];
    for await (const chunk of (await slow).response) chunks.push(chunk);
    expect(sha256Of(Buffer.concat(chunks))).toBe(large.sha256);
    expect(listsIn(gateway)[0]).toEqual([...IDS, 'large']);
  });

  test('reads nothing loses its connection within two windows, as one that came alone', async () => {
    const clock = new FakeClock();
    await using started = await startShared({}, clock);
    const { gateway, links, large } = started;
    const { slow, got } = await together(gateway, 11, () => ({
      slow: downloadSlowly(large.url),
      got: downloadAll(links),
    }));
    expect(outcomesOf(links, await got)).toEqual(all(200));
    const { response, closed } = await slow;
    await clock.advance(30_000);
    response.resume();
    await closed;
    expect(response.complete).toBe(false);
  });

  test('leaves takes nothing away from the others', async () => {
    await using started = await startShared();
    const { gateway, links, large } = started;
    const leaving = new AbortController();
    const gate = Promise.withResolvers<void>();
    const { left, got } = await together(
      gateway,
      11,
      () => ({
        left: fetch(large.url, { signal: leaving.signal }).catch(() => 'left'),
        got: downloadAll(links),
      }),
      () => gate.promise.then(() => undefined),
    );
    await until(() => gateway.redox.calls.length === 1);
    leaving.abort();
    expect(await left).toBe('left');
    gate.resolve();
    expect(outcomesOf(links, await got)).toEqual(all(200));
    expect(listsIn(gateway)).toEqual([[...IDS, 'large']]);
  });

  test('is the last to leave ends the call', async () => {
    await using started = await startShared();
    const { gateway, links } = started;
    const leaving = new AbortController();
    const { left } = await together(
      gateway,
      10,
      () => ({ left: Promise.allSettled(links.map(({ url }) => fetch(url, { signal: leaving.signal }))) }),
      () => new Promise(() => undefined),
    );
    await until(() => gateway.redox.calls.length === 1);
    leaving.abort();
    expect((await left).map(({ status }) => status)).toEqual(IDS.map(() => 'rejected'));
    // Else the one slot would stay taken.
    gateway.redox.answer = undefined;
    expect((await download(links[0]?.url ?? '')).status).toBe(200);
  });
});

describe('each fails alone', () => {
  test.each<[string, AnswerHook, Readonly<Record<number, number>>]>([
    [
      'a document that is gone',
      (_, found) => found.filter(({ documentId }) => documentId !== 'd3'),
      { 3: 404 },
    ],
    [
      'a file that has changed',
      (_, found) => found.map((one) => (one.documentId === 'd3' ? { ...one, fileContents: 'AAAA' } : one)),
      { 3: 409 },
    ],
    [
      'two files that have changed places',
      (_, found) =>
        found.map((one) => {
          const other = { d3: FILES[4], d4: FILES[3] }[one.documentId ?? ''];
          return other ? { ...one, fileContents: other.toString('base64') } : one;
        }),
      { 3: 409, 4: 409 },
    ],
    [
      "a document that is another patient's now",
      (_, found) =>
        found.map((one) =>
          one.documentId === 'd3' ? { ...one, identifiers: [{ id: 'SYN-z', idType: 'MR' }] } : one,
        ),
      { 3: 404 },
    ],
    [
      'a document that Redox refuses',
      ({ documentIds }) => (documentIds?.includes('d3') ? { status: 400, body: '' } : undefined),
      { 3: 502 },
    ],
    [
      'a document that makes every reply too late',
      ({ documentIds }) => (documentIds?.includes('d3') ? { status: 504, body: '' } : undefined),
      { 3: 504 },
    ],
  ])('%s', async (_, answer, others) => {
    await using started = await startShared();
    const { gateway, links } = started;
    const got = await together(gateway, 10, () => downloadAll(links), answer);
    expect(outcomesOf(links, got)).toEqual(all(200, others));
    expect(gateway.redox.calls.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(10)) + 1);
  });

  test('a document that comes without its id is asked for again, and then known by what was asked', async () => {
    await using started = await startShared();
    const { gateway, links } = started;
    const nameless = (found: Parameters<AnswerHook>[1]) =>
      found.map((one) => (one.documentId === 'd3' ? { ...one, documentId: null } : one));
    const alone = await together(
      gateway,
      1,
      () => downloadAll(links.slice(3, 4)),
      (_, found) => nameless(found),
    );
    const got = await together(
      gateway,
      10,
      () => downloadAll(links),
      (_, found) => nameless(found),
    );
    expect(outcomesOf(links, got)).toEqual(all(200, { 3: alone[0]?.status ?? 0 }));
  });
});

test('a connection to Redox that breaks costs one call more, and no byte', async () => {
  await using started = await startShared();
  const { gateway, links } = started;
  let calls = 0;
  const got = await together(
    gateway,
    10,
    () => downloadAll(links),
    () => {
      calls += 1;
      return calls === 1 ? { status: 503, body: '' } : undefined;
    },
  );
  expect(outcomesOf(links, got)).toEqual(all(200));
  expect(listsIn(gateway)).toEqual([IDS, IDS]);
});

test('a file of more than 8 MiB has a call of its own', async () => {
  const huge = someBytes(8 * 1024 * 1024 + 1);
  await using gateway = await startTestGateway({ charts: [...charts, documentOf('huge', huge)] }, SLOT);
  const links = [await linkTo(gateway, 'huge'), await linkTo(gateway, 'd0'), await linkTo(gateway, 'd1')];
  expect(outcomesOf(links, await together(gateway, 3, () => downloadAll(links)))).toEqual([200, 200, 200]);
  expect(listsIn(gateway).sort()).toEqual([['d0', 'd1'], ['huge']]);
});

test('with BATCH_SCOPE=operation each download has a call of its own', async () => {
  await using started = await startShared({ BATCH_SCOPE: 'operation' });
  const { gateway, links } = started;
  expect(outcomesOf(links, await together(gateway, 10, () => downloadAll(links)))).toEqual(all(200));
  expect(listsIn(gateway).flat().sort()).toEqual(IDS);
  expect(gateway.redox.callCount).toBeGreaterThanOrEqual(10);
});

test('links of other rights, or for other patients, never share a call', async () => {
  await using gateway = await startTestGateway(
    {
      charts: [
        documentOf('d0', FILES[0] ?? LARGE),
        documentOf('d1', FILES[1] ?? LARGE),
        chartDocument('b', { documentId: 'held' }),
        chartDocument('b', { documentId: 'd0' }),
      ],
    },
    {
      ...SLOT,
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: await writeJwksFile(),
    },
  );
  const linkOf = async (documentId: string, ...patients: string[]) => {
    const scope = {
      scope: 'media:read content:read',
      ...(patients.length > 0 && { redox_patients: patients }),
    };
    const query = `{ media(documentId: "${documentId}") { content { url sha256 byteLength } } }`;
    const headers = { authorization: `Bearer ${await signToken({ claims: scope })}` };
    const { data } = await gateway.ask<{ media: { content: LinkedFile } }>(query, {}, headers);
    return data?.media.content ?? { url: '', sha256: '', byteLength: 0 };
  };
  const links = [
    await linkOf('d1'),
    await linkOf('d0', 'MR|SYN-a'),
    await linkOf('d1', 'MR|SYN-a'),
    await linkOf('d0', 'MR|SYN-b'),
    await linkOf('d1', 'EHRID|e-a'),
  ];
  gateway.redox.calls.length = 0;
  using gate = holdAnswers(gateway.redox);
  const held = download(links[0]?.url ?? '', {}, 'HEAD');
  await until(() => gateway.redox.inFlight === 1);
  const got = downloadAll(links);
  await until(async () => (await readMetrics(gateway.url)).get('waiting_needs{destination="general"}') === 5);
  gateway.redox.calls.length = 0;
  gate.open();
  await held;
  expect(outcomesOf(links, await got)).toEqual([200, 200, 200, 200, 200]);
  const filters = gateway.redox.calls.map(({ query }) => {
    const { Patients, DocumentIDs } = query as {
      Patients?: { Identifiers: { ID: string }[] }[];
      DocumentIDs: string[];
    };
    return `${Patients?.map(({ Identifiers: [one] }) => one?.ID) ?? 'all'}: ${DocumentIDs.toSorted()}`;
  });
  expect(filters.sort()).toEqual(['SYN-a: d0,d1', 'SYN-b: d0', 'all: d1', 'e-a: d1']);
});
