/** Whatever is refused, and however early: pages of origins that may call can read that it was, and nothing else. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startTestGateway } from '../support/gateway.ts';
import { beside, startSandboxMode } from './servers.ts';

const ORIGIN = 'https://pages.example';

let gateway: Gateway;
let closed: Gateway;
beforeAll(async () => {
  [gateway, closed] = await Promise.all([
    startSandboxMode({ CORS_ORIGINS: ORIGIN, AUTH_MODE: 'none' }),
    startSandboxMode({ CORS_ORIGINS: 'https://other.example' }),
  ]);
});
afterAll(() => Promise.all([gateway.close(), closed.close()]));

const json = { 'content-type': 'application/json' };
const CASES: [string, number, string, RequestInit][] = [
  ['an unknown path', 404, '/nowhere', {}],
  ['a path with a broken escape', 404, '/%E0%A4%A', {}],
  ['a path that ends in a per cent sign', 404, '/graphql%', { method: 'POST', headers: json, body: '{}' }],
  ['a link with a broken escape', 404, '/content/%FF', {}],
  ['a method that is not for it', 405, '/graphql', { method: 'PUT' }],
  ['no operation', 400, '/graphql', { method: 'POST', headers: json, body: '{}' }],
  ['no JSON', 400, '/graphql', { method: 'POST', headers: json, body: '{' }],
  ['a URL that is not UTF-8', 400, '/graphql?query=%FF', { headers: json }],
  [
    'too long a body',
    413,
    '/graphql',
    { method: 'POST', headers: json, body: `"${'x'.repeat(15_000_000)}"` },
  ],
  ['a text', 415, '/graphql', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }],
  ['a wrong token', 401, '/graphql', { headers: { authorization: 'Bearer x' } }],
  ['a file without a type', 415, '/uploads', { method: 'POST', headers: { 'content-type': 'x' }, body: 'x' }],
  ['a foreign link', 403, '/content/x', {}],
];

describe('the answer has the headers of its origin, and those of every answer, for', () => {
  test.each(CASES)('%s: %i', async (_, status, path, init) => {
    const headers = { ...Object.fromEntries(new Headers(init.headers)), origin: ORIGIN };
    const response = await fetch(beside(gateway.url, path), { ...init, headers });
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.json()).toMatchObject({ errors: [{ message: expect.any(String) }] });
    const elsewhere = await fetch(beside(closed.url, path), { ...init, headers });
    expect(elsewhere.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a preflight of a path with a broken escape', async () => {
    const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' };
    const response = await fetch(beside(gateway.url, '/%E0%A4%A'), { method: 'OPTIONS', headers });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, ORIGIN]);
  });
});

describe('on the bare connection', () => {
  test.each([
    ['no HTTP', 400, 'hello\r\n\r\n'],
    ['headers that are too long', 431, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['a URL that is too long', 431, `GET /graphql?query=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`],
    ['a URL of bytes that are not encoded', 400, 'GET /graphql?query=\xff HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('%s: %i, which any page may read', async (_, status, bytes) => {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(Buffer.from(bytes, 'latin1'));
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    for (const line of [
      'access-control-allow-origin: *',
      'cache-control: private, no-store',
      'connection: close',
    ]) {
      expect(head.split('\r\n')).toContain(line);
    }
    expect(JSON.parse(body)).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  test('where no page of another origin may call, none may read it', async () => {
    await using alone = await startTestGateway({ charts: [] });
    const { hostname, port } = new URL(alone.url);
    const socket = connect(Number(port), hostname);
    socket.write('hello\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toContain('access-control');
  });
});
