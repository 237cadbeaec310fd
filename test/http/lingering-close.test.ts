/** A client that reads only after it has sent everything gets its response, however early the gateway knew it; within bounds. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from './callers/issuer.ts';

const MEGABYTE = 1_048_576;
const auth = async () => ({
  AUTH_MODE: 'jwt',
  AUTH_ISSUER: ISSUER,
  AUTH_AUDIENCE: AUDIENCE,
  AUTH_JWKS_FILE: await writeJwksFile(),
});

let gateway: TestGateway;
let bearer: (scope: string) => Promise<string>;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [] }, { ...(await auth()), MAX_UPLOAD_BYTES: '1000000' });
  bearer = async (scope) => `Bearer ${await signToken({ claims: { scope } })}`;
});
afterAll(() => gateway.close());

/** What no system buffers on its way: the gateway has to take it, or its sender is stuck. */
const BODY_BYTES = 24 * MEGABYTE;

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }).pause();
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const headOf = (target: string, headers: Record<string, string>) =>
  [`${target} HTTP/1.1`, 'host: x', ...Object.entries(headers).map((one) => one.join(': ')), '', ''].join(
    '\r\n',
  );

/** Rejects when the connection breaks while bytes are being sent. */
async function sendBytes(socket: Socket, bytes: number, isChunked = false): Promise<void> {
  const piece = Buffer.alloc(MEGABYTE, 'a');
  const framed = isChunked ? Buffer.concat([Buffer.from('100000\r\n'), piece, Buffer.from('\r\n')]) : piece;
  for (let sent = 0; sent < bytes; sent += MEGABYTE)
    await new Promise<void>((resolve, reject) =>
      socket.write(framed, (error) => (error ? reject(error) : resolve())),
    );
}

async function sendAllThenRead(target: string, headers: Record<string, string>, isChunked = false) {
  const socket = await open(gateway.url);
  socket.write(headOf(target, headers));
  await sendBytes(socket, BODY_BYTES, isChunked);
  if (isChunked) socket.write('0\r\n\r\n');
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body };
}

describe('who sends all before it reads gets its response:', () => {
  const length = { 'content-length': String(BODY_BYTES) };
  const json = { 'content-type': 'application/json' };
  const pdf = { 'content-type': 'application/pdf' };
  const form = { 'content-type': 'multipart/form-data; boundary=x' };
  const scope = 'media:read media:write';
  test.each<[number, string, string, Record<string, string>, string | null]>([
    [401, 'an upload', 'POST /uploads', { ...pdf, ...length }, null],
    [403, 'an upload', 'POST /uploads', { ...pdf, ...length }, 'media:read'],
    [413, 'an upload', 'POST /uploads', { ...pdf, ...length }, scope],
    [413, 'a form', 'POST /uploads', { ...form, ...length }, scope],
    [415, 'an upload', 'POST /uploads', { 'content-type': 'x', ...length }, scope],
    [415, 'a compressed upload', 'POST /uploads', { ...pdf, ...length, 'content-encoding': 'gzip' }, scope],
    [401, 'an operation', 'POST /graphql', { ...json, ...length }, null],
    [413, 'an operation', 'POST /graphql', { ...json, ...length }, scope],
    [415, 'an operation', 'POST /graphql', { 'content-type': 'text/plain', ...length }, scope],
    [404, 'a request for nothing', 'POST /nowhere', { ...json, ...length }, null],
    [405, 'a method that is not allowed', 'PUT /uploads', { ...pdf, ...length }, null],
  ])('%i for %s', async (status, _, target, headers, scopes) => {
    const authorization = scopes === null ? {} : { authorization: await bearer(scopes) };
    const answer = await sendAllThenRead(target, { ...headers, ...authorization });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ errors: [expect.objectContaining({})] });
    expect(answer.head.toLowerCase()).toContain('\r\nconnection: close');
  });

  test.each<[number, string, Record<string, string>, string | null]>([
    [401, 'POST /uploads', pdf, null],
    [413, 'POST /uploads', { 'content-type': 'text/plain' }, scope],
    [400, 'POST /uploads', form, scope],
    [401, 'POST /graphql', json, null],
    [413, 'POST /graphql', json, scope],
  ])('%i for %s without a length', async (status, target, headers, scopes) => {
    const authorization = scopes === null ? {} : { authorization: await bearer(scopes) };
    const chunked = { ...headers, ...authorization, 'transfer-encoding': 'chunked' };
    const answer = await sendAllThenRead(target, chunked, true);
    // What is no form is known not to be one at its end, or when it is too large.
    expect(status === 400 ? [400, 413] : [status]).toContain(answer.status);
  });

  test('431 for headers that are too long, and 400 for what is no HTTP', async () => {
    for (const [first, status] of [
      [`GET / HTTP/1.1\r\nhost: x\r\nx: `, 431],
      ['hello\r\n', 400],
    ] as const) {
      const socket = await open(gateway.url);
      socket.write(first);
      await sendBytes(socket, BODY_BYTES);
      expect((await text(socket.end())).split(' ')[1]).toBe(String(status));
    }
  });
});

test('a response to a request that had arrived in full leaves its connection open', async () => {
  const socket = (await open(gateway.url)).resume();
  const head = headOf('POST /graphql', { 'content-type': 'application/json', 'content-length': '2' });
  let received = '';
  socket.on('data', (bytes) => {
    received += bytes.toString();
  });
  socket.write(`${head}{}`);
  await until(() => received.split('HTTP/1.1 401').length === 2);
  socket.write(`${head}{}`);
  await until(() => received.split('HTTP/1.1 401').length === 3);
  expect(received.toLowerCase()).not.toContain('connection: close');
});

describe('a connection is not held for ever:', () => {
  const refusedHead = headOf('POST /uploads', {
    'content-type': 'application/pdf',
    'content-length': String(1024 * MEGABYTE),
  });

  test('it closes when its client sends no more, and has its response before', async () => {
    const clock = new FakeClock();
    await using own = await startTestGateway({ charts: [] }, await auth(), clock);
    const socket = (await open(own.url)).resume();
    let received = '';
    let isOver = false;
    socket.on('data', (bytes) => {
      received += bytes.toString();
    });
    socket.once('end', () => {
      isOver = true;
    });
    socket.write(refusedHead);
    await until(() => received.endsWith('}'));
    await sendBytes(socket, MEGABYTE);
    await settle();
    await clock.advance(5000);
    await settle();
    expect([received.split(' ')[1], isOver]).toEqual(['401', false]);
    await clock.advance(5000);
    await until(() => isOver);
  });

  test('it closes after half a minute, also for one that sends on and on', async () => {
    const clock = new FakeClock();
    await using own = await startTestGateway({ charts: [] }, await auth(), clock);
    const socket = (await open(own.url)).resume();
    const closed = new Promise((resolve) =>
      socket.on('error', resolve).on('close', resolve).on('end', resolve),
    );
    socket.write(refusedHead);
    for (let waits = 0; waits < 6; waits += 1) {
      await new Promise((resolve) => socket.write(Buffer.alloc(1000), resolve));
      await settle();
      await clock.advance(5000);
    }
    await closed;
  });

  test('it closes after twice as many bytes as Redox takes of a file', async () => {
    const socket = (await open(gateway.url)).resume();
    socket.on('error', () => undefined);
    socket.write(refusedHead);
    await expect(sendBytes(socket, 512 * MEGABYTE)).rejects.toThrow();
  });

  test('a gateway that stops does not wait for it', async () => {
    const own = await startTestGateway({ charts: [] }, await auth(), new FakeClock());
    const socket = (await open(own.url)).resume();
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString();
    });
    socket.write(refusedHead);
    await until(() => received.endsWith('}'));
    await own.close();
    expect(received).toMatch(/^HTTP\/1\.1 401 /);
  });
});
