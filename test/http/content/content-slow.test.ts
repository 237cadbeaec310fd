/** Callers that are slow, or leave: Redox is read no faster than they read, and nobody else waits for them. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
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
/** What the connections on the way and we ourselves may hold of a reply of 33 MB. */
const MOST_AHEAD_BYTES = 16_000_000;

async function startWatched(settings: Record<string, string> = {}) {
  const proxy = await startFaultProxy();
  const gateway = await startTestGateway({ charts }, through(proxy, settings));
  const link = await linkTo(gateway, 'large');
  // From here on only connections of the test itself count.
  const before = { bytes: proxy.bytesBack };
  return {
    proxy,
    gateway,
    ...link,
    bytesBack: () => proxy.bytesBack - before.bytes,
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

test('two that read nothing hold up no query, until their deadline', async () => {
  const timeoutMs = 1500;
  await using watched = await startWatched({
    REDOX_CONCURRENCY: '4',
    OPERATION_TIMEOUT_MS: String(timeoutMs),
  });
  const started = performance.now();
  const slow = await Promise.all([downloadSlowly(watched.url), downloadSlowly(watched.url)]);
  expect(slow.map(({ response }) => response.statusCode)).toEqual([200, 200]);
  const queries = Array.from({ length: 8 }, () =>
    watched.gateway.ask('{ media(documentId: "small") { content { base64 } } }'),
  );
  expect((await Promise.all(queries)).flatMap(({ errors }) => errors)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(timeoutMs);
  // It is only seen that a connection has ended when what came before is read.
  await sleep(timeoutMs);
  for (const { response } of slow) response.resume();
  await Promise.all(slow.map(({ closed }) => closed));
  expect(slow.map(({ response }) => response.complete)).toEqual([false, false]);
  expect(performance.now() - started).toBeLessThan(timeoutMs + 1500);
});

test('one that never takes the end of a part is cut off at its deadline, though Redox has long been left', async () => {
  await using watched = await startWatched({ OPERATION_TIMEOUT_MS: '1000' });
  const { port, hostname, pathname } = new URL(watched.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  socket.pause().write(`GET ${pathname} HTTP/1.1\r\nhost: gateway\r\nrange: bytes=0-7999999\r\n\r\n`);
  await sleep(1500);
  const closed = once(socket, 'close');
  socket.resume();
  let received = 0;
  socket.on('data', ({ length }) => {
    received += length;
  });
  await closed;
  expect(received).toBeGreaterThan(0);
  expect(received).toBeLessThan(8_000_000);
});

test('one that stops reading stops the reading from Redox, and gets every byte when it goes on', async () => {
  await using watched = await startWatched();
  const { response } = await downloadSlowly(watched.url);
  await sleep(500);
  expect(watched.bytesBack()).toBeLessThan(MOST_AHEAD_BYTES);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  expect(sha256Of(Buffer.concat(chunks))).toBe(watched.sha256);
});

test('one that leaves ends the call of Redox within 100 ms', async () => {
  await using watched = await startWatched();
  const open = watched.proxy.open;
  const { leave } = await downloadSlowly(watched.url);
  leave();
  await until(() => watched.proxy.open < open, 100);
  expect(watched.bytesBack()).toBeLessThan(MOST_AHEAD_BYTES);
});

test('one that asks for the beginning alone ends it, too', async () => {
  await using watched = await startWatched();
  const { bytes } = await download(watched.url, { range: 'bytes=0-99' });
  expect(bytes.equals(LARGE.subarray(0, 100))).toBe(true);
  await until(() => watched.proxy.open === 0);
  expect(watched.bytesBack()).toBeLessThan(MOST_AHEAD_BYTES);
});

test('stopping waits for those that are still reading, and takes no others', async () => {
  const gateway = await startTestGateway({ charts });
  const { url, sha256 } = await linkTo(gateway, 'large');
  const { response } = await downloadSlowly(url);
  const stopped = gateway.close();
  await sleep(50);
  expect((await fetch(new URL('/readyz', url))).status).toBe(503);
  expect((await fetch(url)).status).toBe(503);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  expect(sha256Of(Buffer.concat(chunks))).toBe(sha256);
  await stopped;
});
