/** Callers that are slow, or leave: Redox is read no faster than they read, and no other caller waits for them. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { type Clock, createSystemClock } from '../../../src/clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startFaultProxy, through } from '../../support/fault-proxy.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { until } from '../../support/until.ts';
import { download, downloadSlowly, linkTo, sha256Of, someBytes } from './links.ts';

const LARGE = someBytes(25_000_000);
const charts = [
  chartDocument('a', { documentId: 'large', fileType: 'MP4', fileContents: LARGE.toString('base64') }),
  chartDocument('b', { documentId: 'small' }),
];
/**
 * What the gateway may have read of a reply of 33 MB whose caller reads nothing: as much as its connection to the caller
 * holds (4 MB with Linux's defaults, in base64 5.6) and what it holds itself. Its connection to Redox may hold all the rest.
 */
const MAX_AHEAD_BYTES = 25_000_000;
/** At 5 ms each; more than any pause of a busy machine need not be seen: it makes the test see less, not fail. */
const STILL_LOOKS = 20;

async function startWatched(settings: Record<string, string> = {}, clock: Clock = createSystemClock()) {
  const proxy = await startFaultProxy();
  const gateway = await startTestGateway({ charts }, through(proxy, settings), clock);
  const link = await linkTo(gateway, 'large');
  const reading = countRead(proxy.url);
  return {
    proxy,
    gateway,
    ...link,
    bytesRead: () => reading.bytes,
    async [Symbol.asyncDispose]() {
      reading[Symbol.dispose]();
      // First, so that callers who read nothing hold up no end.
      await proxy[Symbol.asyncDispose]();
      await gateway.close();
    },
  };
}

/** What is read of replies of this server from now on. */
function countRead(url: string): Disposable & { readonly bytes: number } {
  let bytes = 0;
  const count = (message: unknown) => {
    const { request, chunk } = message as { request: { origin?: unknown }; chunk: Buffer };
    if (request.origin === url) bytes += chunk.length;
  };
  subscribe('undici:request:bodyChunkReceived', count);
  return {
    get bytes() {
      return bytes;
    },
    [Symbol.dispose]: () => unsubscribe('undici:request:bodyChunkReceived', count),
  };
}

/** Waits until Redox is read no further: the callers take nothing, and what lies between is full. */
async function untilStill(watched: { bytesRead(): number }): Promise<void> {
  let [before, stillFor] = [-1, 0];
  await until(() => {
    stillFor = watched.bytesRead() === before ? stillFor + 1 : 0;
    before = watched.bytesRead();
    return before > 0 && stillFor === STILL_LOOKS;
  });
}

test('two that read nothing hold up no query, until their deadline', async () => {
  const clock = new FakeClock();
  await using watched = await startWatched({ REDOX_CONCURRENCY: '4', OPERATION_TIMEOUT_MS: '1500' }, clock);
  const slow = await Promise.all([downloadSlowly(watched.url), downloadSlowly(watched.url)]);
  expect(slow.map(({ response }) => response.statusCode)).toEqual([200, 200]);
  const queries = Array.from({ length: 8 }, () =>
    watched.gateway.ask('{ media(documentId: "small") { content { base64 } } }'),
  );
  expect((await Promise.all(queries)).flatMap(({ errors }) => errors)).toEqual([]);
  expect(slow.map(({ response }) => response.closed)).toEqual([false, false]);
  await clock.advance(1500);
  // It is only seen that a connection has ended when what came before is read.
  for (const { response } of slow) response.resume();
  await Promise.all(slow.map(({ closed }) => closed));
  expect(slow.map(({ response }) => response.complete)).toEqual([false, false]);
});

test('one that reads nothing more leaves its slot within two windows, long before its deadline', async () => {
  const clock = new FakeClock();
  await using watched = await startWatched({}, clock);
  const open = watched.proxy.open;
  const slow = await downloadSlowly(watched.url);
  await untilStill(watched);
  await clock.advance(14_999);
  expect(watched.proxy.open).toBe(open);
  await clock.advance(15_001);
  await until(() => watched.proxy.open < open);
  slow.response.resume();
  await slow.closed;
  expect(slow.response.complete).toBe(false);
});

test('one that never takes the end of a part is cut off at its deadline, though Redox has long been left', async () => {
  const clock = new FakeClock();
  await using watched = await startWatched({ OPERATION_TIMEOUT_MS: '1000' }, clock);
  using _full = fillConnections(watched.url);
  let isOver = false;
  const cut = expect(
    download(watched.url, { range: 'bytes=0-199999' }).finally(() => {
      isOver = true;
    }),
  ).rejects.toThrow();
  await until(() => watched.proxy.open === 0);
  await clock.advance(999);
  expect(isOver).toBe(false);
  await clock.advance(1);
  await cut;
});

/** The connections of requests that come from now on take nothing, as when all on the way to a caller is full. */
function fillConnections(url: string): Disposable {
  const port = Number(new URL(url).port);
  const fill = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    if (socket.localPort === port) socket.cork();
  };
  subscribe('http.server.request.start', fill);
  return { [Symbol.dispose]: () => unsubscribe('http.server.request.start', fill) };
}

test('one that stops reading stops the reading from Redox, and gets every byte when it goes on', async () => {
  await using watched = await startWatched();
  const { response } = await downloadSlowly(watched.url);
  await untilStill(watched);
  expect(watched.bytesRead()).toBeGreaterThan(0);
  expect(watched.bytesRead()).toBeLessThan(MAX_AHEAD_BYTES);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  expect(sha256Of(Buffer.concat(chunks))).toBe(watched.sha256);
  expect(watched.bytesRead()).toBeGreaterThan(MAX_AHEAD_BYTES);
});

test('one that leaves ends the call of Redox', async () => {
  await using watched = await startWatched();
  const open = watched.proxy.open;
  const { leave } = await downloadSlowly(watched.url);
  leave();
  await until(() => watched.proxy.open < open);
  expect(watched.bytesRead()).toBeGreaterThan(0);
  expect(watched.bytesRead()).toBeLessThan(MAX_AHEAD_BYTES);
});

test('one that asks for the beginning alone ends it, too', async () => {
  await using watched = await startWatched();
  const { bytes } = await download(watched.url, { range: 'bytes=0-99' });
  expect(bytes.equals(LARGE.subarray(0, 100))).toBe(true);
  await until(() => watched.proxy.open === 0);
  expect(watched.bytesRead()).toBeGreaterThan(0);
  expect(watched.bytesRead()).toBeLessThan(MAX_AHEAD_BYTES);
});

test('stopping waits for those that are still reading, and takes no others', async () => {
  const gateway = await startTestGateway({ charts });
  const { url, sha256 } = await linkTo(gateway, 'large');
  const { response } = await downloadSlowly(url);
  const stopped = gateway.close();
  expect((await fetch(new URL('/readyz', url))).status).toBe(503);
  expect((await fetch(url)).status).toBe(503);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  expect(sha256Of(Buffer.concat(chunks))).toBe(sha256);
  await stopped;
});
