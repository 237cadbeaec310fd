/** Operations by name: a manifest's documents run under each of their names, and with `enforce` no others do. */

import { hash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { post } from '../http/servers.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';

const LISTED = 'query Listed($is: Boolean = true) { destinations { id isDefault @include(if: $is) } }';
const UNLISTED = '{ destinations { id } }';
const sha256 = (text: string) => hash('sha256', text);
const DATA = {
  destinations: [
    { id: 'general', isDefault: true },
    { id: 'county', isDefault: false },
  ],
};
const byHash = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } },
});

const folder = await mkdtemp(join(tmpdir(), 'manifest-'));
async function writeManifest(name: string, manifest: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  return path;
}
const startWith = async (manifest: unknown, settings: Record<string, string> = {}) =>
  startTestGateway(
    { charts: [] },
    { PERSISTED_DOCUMENTS: await writeManifest(`${Math.random()}.json`, manifest), ...settings },
  );

async function send(gateway: TestGateway, body: unknown) {
  const response = await post(gateway.url, body);
  const { data, errors } = (await response.json()) as {
    data?: unknown;
    errors?: [{ message: string; extensions: { code: string } }];
  };
  return { status: response.status, data, code: errors?.[0].extensions.code };
}

async function get(gateway: TestGateway, search: string) {
  const headers = { 'apollo-require-preflight': 'true' };
  const response = await fetch(`${gateway.url}?${search}`, { headers });
  return { status: response.status, body: (await response.json()) as { data?: unknown } };
}

describe('enforced', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startWith({ [`sha256:${sha256(LISTED)}`]: LISTED });
  });
  afterAll(() => gateway.close());

  test.each<[string, unknown]>([
    ['documentId as the manifest has it', { documentId: `sha256:${sha256(LISTED)}` }],
    ['documentId, the hash alone', { documentId: sha256(LISTED) }],
    ['its APQ hash', byHash(LISTED)],
    ['its text', { query: LISTED }],
    ['its text with its APQ hash', { query: LISTED, ...byHash(LISTED) }],
    ['its text, where documentId is null', { query: LISTED, documentId: null }],
    ['its APQ hash, where documentId is null', { ...byHash(LISTED), documentId: null }],
    ['variables too', { documentId: sha256(LISTED), variables: { is: true } }],
  ])('a listed document runs by %s', async (_, body) => {
    expect(await send(gateway, body)).toEqual({ status: 200, data: DATA, code: undefined });
  });

  test('by GET too', async () => {
    expect((await get(gateway, `documentId=sha256:${sha256(LISTED)}`)).body).toEqual({ data: DATA });
    const variables = encodeURIComponent('{"is":false}');
    expect((await get(gateway, `documentId=${sha256(LISTED)}&variables=${variables}`)).body.data).toEqual({
      destinations: [{ id: 'general' }, { id: 'county' }],
    });
  });

  test.each<[string, unknown, number]>([
    ['a text', { query: UNLISTED }, 400],
    ['a text that differs in a space', { query: `${LISTED} ` }, 400],
    ['a text to be registered', { query: UNLISTED, ...byHash(UNLISTED) }, 400],
    ['a documentId', { documentId: sha256(UNLISTED) }, 200],
    ['a documentId of another kind', { documentId: 'Listed' }, 200],
    ['a name of every object', { documentId: '__proto__' }, 200],
    ['another name of every object', { documentId: 'constructor' }, 200],
    ['an APQ hash', byHash(UNLISTED), 200],
    ['introspection', { query: '{ __schema { queryType { name } } }' }, 400],
  ])('unlisted: %s', async (_, body, status) => {
    expect(await send(gateway, body)).toEqual({ status, data: undefined, code: 'PERSISTED_QUERY_NOT_FOUND' });
    // Nothing was registered by the way.
    expect(await send(gateway, byHash(UNLISTED))).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
  });

  test.each<[string, unknown]>([
    ['a documentId and a text', { documentId: sha256(LISTED), query: LISTED }],
    ['a documentId and an APQ hash', { documentId: sha256(LISTED), ...byHash(LISTED) }],
    ['a number', { documentId: 7 }],
    ['an object', { documentId: { toString: 'x' } }],
    ['a list', { documentId: [sha256(LISTED)] }],
    ['null', { documentId: null }],
  ])('no operation at all: %s', async (_, body) => {
    expect(await send(gateway, body)).toEqual({ status: 400, data: undefined, code: 'BAD_REQUEST' });
  });

  test('two documentIds in a URL are none', async () => {
    const id = `documentId=${sha256(LISTED)}`;
    expect((await get(gateway, `${id}&${id}`)).status).toBe(400);
  });

  test('a documentId of 200 kB is unknown, of 1 MB too large', async () => {
    expect(await send(gateway, { documentId: 'a'.repeat(200_000) })).toMatchObject({ status: 200 });
    expect(await send(gateway, { documentId: 'a'.repeat(1_000_000) })).toMatchObject({ status: 413 });
  });

  test.each<[string, unknown]>([
    ['another version', { persistedQuery: { version: 2, sha256Hash: sha256(LISTED) } }],
    ['no hash', { persistedQuery: { version: 1 } }],
    ['a hash that is no text', { persistedQuery: { version: 1, sha256Hash: {} } }],
    ['no object', { persistedQuery: 'x' }],
    ['an empty list', { persistedQuery: [] }],
  ])('an APQ extension with %s is the caller’s mistake', async (_, extensions) => {
    const answer = await send(gateway, { extensions });
    expect(answer.data).toBeUndefined();
    expect(answer.code).toMatch(/^(?:BAD_REQUEST|PERSISTED_QUERY_NOT_FOUND)$/);
  });
});

describe('audited', () => {
  test('unlisted operations run, and the log has their hash', async () => {
    const lines: string[] = [];
    await using redox = await startTestGateway({ charts: [] });
    const config = await parseConfig({
      PORT: '0',
      PERSISTED_DOCUMENTS: await writeManifest('audited.json', { [sha256(LISTED)]: LISTED }),
      PERSISTED_DOCUMENTS_MODE: 'audit',
    });
    const gateway = await startGateway(
      config,
      createSystemClock(),
      createLog('info', { write: (line) => lines.push(line) }),
    );
    try {
      const answer = await post(gateway.url, { query: UNLISTED });
      expect(await answer.json()).toMatchObject({ data: { destinations: [{ id: 'general' }, {}] } });
      await post(gateway.url, { query: LISTED });
      const noted = lines
        .map((line) => JSON.parse(line) as { event: string })
        .filter(({ event }) => event === 'unlisted-operation');
      expect(noted).toEqual([expect.objectContaining({ digest: sha256(UNLISTED) })]);
      expect(redox.redox.callCount).toBe(0);
    } finally {
      await gateway.close();
    }
  });
});

test("Apollo's form of a manifest, with ids of its own", async () => {
  await using gateway = await startWith({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: 'listed-1', name: 'Listed', type: 'query', body: LISTED }],
  });
  expect(await send(gateway, { documentId: 'listed-1' })).toMatchObject({ status: 200, data: DATA });
  expect(await send(gateway, byHash(LISTED))).toMatchObject({ status: 200, data: DATA });
});

test.each(['enforce', 'audit'])(
  'texts of the operator may be longer than those of callers: %s',
  async (mode) => {
    const long = `${LISTED} # ${'x'.repeat(100)}`;
    const settings = { LIMIT_QUERY_BYTES: '100', PERSISTED_DOCUMENTS_MODE: mode };
    await using gateway = await startWith({ [`sha256:${sha256(long)}`]: long }, settings);
    expect(await send(gateway, { documentId: `sha256:${sha256(long)}` })).toMatchObject({
      status: 200,
      data: DATA,
    });
    expect(await send(gateway, byHash(long))).toMatchObject({ status: 200, data: DATA });
  },
);

describe('without a manifest', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ charts: [] });
  });
  afterAll(() => gateway.close());

  test('automatic persisted queries are registered and run, also by documentId', async () => {
    expect(await send(gateway, byHash(UNLISTED))).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await send(gateway, { query: UNLISTED, ...byHash(UNLISTED) })).toMatchObject({ status: 200 });
    expect(await send(gateway, byHash(UNLISTED))).toMatchObject({ status: 200, code: undefined });
    expect(await send(gateway, { documentId: sha256(UNLISTED) })).toMatchObject({ code: undefined });
    expect(await send(gateway, { documentId: 'unknown' })).toMatchObject({
      code: 'PERSISTED_QUERY_NOT_FOUND',
    });
  });

  test('a hash that is not that of the text is the caller’s mistake', async () => {
    expect(await send(gateway, { query: UNLISTED, ...byHash(LISTED) })).toEqual({
      status: 400,
      data: undefined,
      code: 'BAD_REQUEST',
    });
  });
});

test.each<[string, unknown]>([
  ['no JSON', 'query { a }'],
  ['a list', [LISTED]],
  ['an empty manifest', {}],
  ['documents that are no texts', { a: 1 }],
  ['another format', { format: 'other', operations: [{ id: 'a', body: LISTED }] }],
  ['a hash of another document', { [sha256(UNLISTED)]: LISTED }],
  ['a hash of another document, with its algorithm', { [`sha256:${sha256(UNLISTED)}`]: LISTED }],
])('the gateway does not start with %s', async (_, manifest) => {
  await expect(startWith(manifest)).rejects.toMatchObject({
    faults: [{ variable: 'PERSISTED_DOCUMENTS', problem: expect.any(String) }],
  });
});
