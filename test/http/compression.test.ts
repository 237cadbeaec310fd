/** COMPRESSION: GraphQL's JSON is compressed for clients that accept it; nothing else is. */
import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { chooseCoding } from '../../src/http/compression.ts';
import { beside, startSandboxMode } from './servers.ts';

const LONG = '{ __schema { types { name description } } }';
const SHORT = '{ destinations { id } }';

let gateway: Gateway;
let plain: Gateway;
beforeAll(async () => {
  [gateway, plain] = await Promise.all([startSandboxMode({ COMPRESSION: 'true' }), startSandboxMode()]);
});
afterAll(() => Promise.all([gateway.close(), plain.close()]));

/** `fetch` would decompress by itself. */
async function ask(url: string, headers: Record<string, string>) {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    get(url, { headers: { 'apollo-require-preflight': '1', ...headers } }, resolve).on('error', reject);
  });
  return { ...response, headers: response.headers, body: await buffer(response) };
}

const queryUrl = (url: string, query: string) => `${url}?query=${encodeURIComponent(query)}`;

test.each([
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
] as const)('%s: the same response in fewer bytes', async (coding, decompress) => {
  const { headers, body } = await ask(queryUrl(gateway.url, LONG), { 'accept-encoding': coding });
  const identity = await ask(queryUrl(gateway.url, LONG), {});
  expect(headers['content-encoding']).toBe(coding);
  expect(headers['vary']).toMatch(/accept-encoding/i);
  expect(Number(headers['content-length'])).toBe(body.length);
  expect(body.length).toBeLessThan(identity.body.length / 2);
  expect(JSON.parse(decompress(body).toString()).data).toEqual(JSON.parse(identity.body.toString()).data);
});

test.each([
  ['a client that does not accept it', () => queryUrl(gateway.url, LONG), {}],
  [
    'one that accepts other codings',
    () => queryUrl(gateway.url, LONG),
    { 'accept-encoding': 'deflate, zstd' },
  ],
  ['a short response', () => queryUrl(gateway.url, SHORT), { 'accept-encoding': 'gzip' }],
  ['a setting that is off', () => queryUrl(plain.url, LONG), { 'accept-encoding': 'gzip' }],
  ['the metrics', () => beside(gateway.url, '/metrics'), { 'accept-encoding': 'gzip' }],
])('nothing is compressed for %s', async (_, url, headers: Record<string, string>) => {
  const answer = await ask(url(), headers);
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(Number(answer.headers['content-length'])).toBe(answer.body.length);
});

test('a file is not compressed, though its client accepts it', async () => {
  const query = '{ media(documentId: "doc-8842") { content { url byteLength } } }';
  const { body } = await ask(queryUrl(gateway.url, query), {});
  const { content } = JSON.parse(body.toString()).data.media as {
    content: { url: string; byteLength: number };
  };
  const file = await ask(content.url, { 'accept-encoding': 'br, gzip' });
  expect(file.headers['content-encoding']).toBeUndefined();
  expect(file.body.length).toBe(content.byteLength);
});

test.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['GZIP;Q=0.5', 'gzip'],
  ['br;q=0.1, gzip;q=0.2', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['*', 'br'],
  ['*;q=0', null],
  ['identity', null],
  ['gzip;q=0', null],
  ['gzip;q=2', null],
  ['', null],
  [undefined, null],
])('accepted %j: %j', (accepted, coding) => {
  expect(chooseCoding(accepted)).toBe(coding);
});

test('any text is read, and nothing is chosen that it does not name', () => {
  fc.assert(
    fc.property(fc.string(), (accepted) => {
      const coding = chooseCoding(accepted);
      expect(coding === null || accepted.toLowerCase().includes(coding) || accepted.includes('*')).toBe(true);
    }),
  );
});
