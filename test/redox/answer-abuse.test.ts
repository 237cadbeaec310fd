import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../support/until.ts';
import {
  anyQuery,
  noSignal,
  openClient,
  portOf,
  rejectionOf,
  settingsFor,
  startUpstream,
} from './upstream.ts';

/** A server that answers every query with these raw bytes and ends the connection. */
async function startRaw(bytes: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('data', () => socket.end(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${portOf(server.address())}`;
}

async function queryRaw(bytes: string): Promise<unknown> {
  const { url } = await startUpstream();
  const apiUrl = await startRaw(bytes);
  return rejectionOf(openClient(settingsFor(url, { apiUrl })).query('general', anyQuery, noSignal));
}

describe('a bad answer', () => {
  it.each([
    ['an empty body', ''],
    ['HTML', '<html>ok</html>'],
    ['a cut JSON', '{"Meta":{},"Media":['],
    ['a JSON string', '"Media"'],
    ['a JSON array', '[]'],
    ['null', 'null'],
    ['an object that is no message', '{"errorDetail":"x"}'],
    ['Media as a number', '{"Meta":{},"Media":1}'],
    ['Media as a string', '{"Meta":{},"Media":"x"}'],
    ['an item that is no object', '{"Meta":{},"Media":[{},7]}'],
    ['an item that is a list', '{"Meta":{},"Media":[[]]}'],
  ])('of 200 with %s is UPSTREAM_PROTOCOL', async (_, body) => {
    const upstream = await startUpstream({ endpoint: (response) => response.end(body) });
    const fault = await rejectionOf(
      openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal),
    );
    expect(fault).toMatchObject({
      code: 'UPSTREAM_PROTOCOL',
      extensions: { retryable: false, redox: { logIds: [], status: 200 } },
    });
  });

  it.each([
    ['text/html', 'Invalid request'],
    ['application/json', '{"Meta":7}'],
    ['application/json', 'x'.repeat(200_000)],
  ])('of 400 in %s keeps the meaning of its status', async (type, body) => {
    const upstream = await startUpstream({
      endpoint: (response) => response.writeHead(400, { 'content-type': type }).end(body),
    });
    const fault = await rejectionOf(
      openClient(settingsFor(upstream.url)).query('general', anyQuery, noSignal),
    );
    expect(fault).toMatchObject({
      code: 'UPSTREAM_REJECTED',
      splittable: true,
      extensions: { redox: { logIds: [], status: 400 } },
    });
  });

  it.each([
    ['announced', true],
    ['unannounced', false],
  ])('over maxResponseBytes, %s, is cut off at once', async (_, isAnnounced) => {
    let isOpen = true;
    const upstream = await startUpstream({
      endpoint: (response) => {
        response.on('close', () => {
          isOpen = false;
        });
        if (isAnnounced) response.setHeader('content-length', 1e9);
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(16_384, ' ')));
        };
        response.on('drain', more);
        more();
      },
    });
    const settings = settingsFor(upstream.url, { maxResponseBytes: 100_000 });
    const fault = await rejectionOf(openClient(settings).query('general', anyQuery, noSignal));
    expect(fault).toMatchObject({
      code: 'UPSTREAM_PROTOCOL',
      splittable: true,
      extensions: { redox: { status: 200 } },
    });
    // The server would go on for ever.
    await until(() => !isOpen);
  });

  it('announced as over maxResponseBytes is not waited for', async () => {
    const upstream = await startUpstream({
      endpoint: (response) => response.setHeader('content-length', 100_001).flushHeaders(),
    });
    const settings = settingsFor(upstream.url, { maxResponseBytes: 100_000 });
    await expect(openClient(settings).query('general', anyQuery, noSignal)).rejects.toMatchObject({
      code: 'UPSTREAM_PROTOCOL',
    });
  });

  it('of exactly maxResponseBytes is read', async () => {
    const body = JSON.stringify({ Meta: {}, Media: [] }).padEnd(5000);
    const upstream = await startUpstream({ endpoint: (response) => response.end(body) });
    const settings = settingsFor(upstream.url, { maxResponseBytes: 5000 });
    await expect(openClient(settings).query('general', anyQuery, noSignal)).resolves.toMatchObject({
      items: [],
    });
  });

  it.each([
    ['cut short of its length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"Media":[]}'],
    ['cut in a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n40\r\n{"Media"'],
    ['cut before the last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n'],
    ['cut short and closed', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\n{}'],
    [
      'cut in a chunk and closed',
      'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{}',
    ],
    ['cut in its head', 'HTTP/1.1 200 OK\r\ncontent-'],
    ['absent', ''],
  ])('%s is UPSTREAM_UNAVAILABLE', async (_, bytes) => {
    expect(await queryRaw(bytes)).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      splittable: false,
      extensions: { retryable: true, redox: { logIds: [], status: null } },
    });
  });

  it('that is not HTTP is UPSTREAM_PROTOCOL, and keeps no byte of it', async () => {
    const fault = await queryRaw('PATIENT-TEXT\r\n\r\n');
    expect(fault).toMatchObject({ code: 'UPSTREAM_PROTOCOL', extensions: { redox: { status: null } } });
    expect(fault).toHaveProperty('cause', 'HTTPParserError');
  });
});
