/** N3: texts of documents are bounded, and so is what is kept of them, whatever they are made of. */
import { hash } from 'node:crypto';
import { type DocumentNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createDocumentStore,
  createTextStore,
  weighDocument,
} from '../../src/graphql/server/document-store.ts';
import { createTextHmac } from '../../src/hmac.ts';
import { beside } from '../http/servers.ts';
import { type GraphqlAnswer, postOperation, startTestGateway, type TestGateway } from '../support/gateway.ts';

const LIMIT = 32_768;
const REFUSED = {
  message: 'An argument of this field is not acceptable.',
  extensions: { code: 'BAD_USER_INPUT', argument: 'query', problem: 'has too many bytes', retryable: false },
};

/** A document of so many bytes of UTF-8, most of them a comment. */
function padded(bytes: number, filler = 'x'): string {
  const text = '{ __typename } #';
  const left = bytes - text.length;
  const size = Buffer.byteLength(filler);
  return text + filler.repeat(Math.floor(left / size)) + 'x'.repeat(left % size);
}

describe('LIMIT_QUERY_BYTES', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ charts: [] });
  });
  afterAll(() => gateway.close());

  test.each([
    ['of one byte', 'x'],
    ['of two bytes', 'ü'],
    ['of three bytes', '\u20ac'],
    ['of four bytes', '\u{1f980}'],
  ])('as many bytes as the limit are answered, one more is refused: characters %s', async (_, filler) => {
    const answered = await postOperation(gateway.url, { query: padded(LIMIT, filler) });
    expect(answered).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    const refused = await postOperation(gateway.url, { query: padded(LIMIT + 1, filler) });
    expect(refused).toEqual({ status: 400, data: undefined, errors: [REFUSED] });
  });

  test.each([
    ['no document at all', '#'.repeat(250_000)],
    ['a document of no sense', `{ ${'nowhere '.repeat(10_000)} }`],
    ['a document of too many tokens', `{ ${'__typename '.repeat(10_000)} }`],
    ['white space', `{ __typename }${' '.repeat(250_000)}`],
  ])('what is too long is not read: %s', async (_, query) => {
    const { status, errors } = await postOperation(gateway.url, { query });
    expect({ status, errors }).toEqual({ status: 400, errors: [REFUSED] });
  });

  test('it is neither registered nor found by its hash', async () => {
    const query = padded(LIMIT + 1);
    const extensions = { persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } };
    const registered = await postOperation(gateway.url, { query, extensions });
    expect(registered.errors).toEqual([REFUSED]);
    const { errors } = await postOperation(gateway.url, { extensions });
    expect(errors[0]?.extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  test('whatever operation is named, and whatever the client accepts', async () => {
    const body = { query: padded(LIMIT + 1), operationName: 'Other' };
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*'])
      expect(await postOperation(gateway.url, body, { accept })).toMatchObject({
        status: 400,
        errors: [REFUSED],
      });
  });

  test('by GET as by POST', async () => {
    await using small = await startTestGateway({ charts: [] }, { LIMIT_QUERY_BYTES: '100' });
    const get = async (query: string): Promise<GraphqlAnswer<unknown>> => {
      const url = beside(small.url, `/graphql?query=${encodeURIComponent(query)}`);
      const response = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
      const { data, errors = [] } = (await response.json()) as Partial<GraphqlAnswer<unknown>>;
      return { status: response.status, data, errors };
    };
    expect(await get(padded(100))).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    expect(await get(padded(101))).toEqual({ status: 400, data: undefined, errors: [REFUSED] });
  });
});

describe('documents that are kept', () => {
  const MANY = Array.from({ length: 15_000 }, () => '#\n').join('');
  const KINDS: [string, (at: number) => string][] = [
    ['one long comment', (at) => `{ __typename } #${at}${'x'.repeat(30_000)}`],
    ['many comments', (at) => `{ __typename } #${at}\n${MANY}`],
    ['many fields', (at) => `{ a${at} ${'a '.repeat(1900)} }`],
    ['one long string', (at) => `{ a(b: "${at}${'x'.repeat(30_000)}") }`],
    ['white space', (at) => `{ a${at} ${' '.repeat(30_000)} }`],
  ];

  test.each(KINDS)('weigh at least their text and their tokens: %s', async (_, create) => {
    const document = parse(create(1));
    let tokens = 0;
    for (let token = document.loc?.startToken; token; token = token.next ?? undefined) tokens += 1;
    // As measured: the linked token alone takes 90 bytes.
    expect(weighDocument(document)).toBeGreaterThan(create(1).length + 90 * tokens);
  });

  test.each(KINDS)('no more than fit, the last ones: %s', async (_, create) => {
    const one = weighDocument(parse(create(1)));
    const store = createDocumentStore(Math.floor(3.5 * (one + 100)));
    const key = (at: number) => `key ${at}`;
    const documents: readonly DocumentNode[] = Array.from({ length: 12 }, (_, at) => parse(create(at)));
    for (const [at, document] of documents.entries()) await store.set(key(at), document);
    expect(store.keys().toSorted()).toEqual([9, 10, 11].map(key).toSorted());
    expect(await store.get(key(11))).toBe(documents[11]);
    expect(await store.get(key(0))).toBeUndefined();
  });

  test('texts of persisted queries too', async () => {
    const store = createTextStore(100_000);
    for (let at = 0; at < 10; at += 1) await store.set(`${at}`, 'x'.repeat(20_000));
    expect(store.keys().toSorted()).toEqual(['8', '9']);
  });
});

test('an HMAC of a long text, such as a write with its file, is as good as that of a short one', () => {
  const hmac = createTextHmac(['s'.repeat(32)], 'test/v1');
  const long = 'x'.repeat(100_000);
  expect(hmac(long)).toBe(hmac(long));
  expect(hmac(long)).not.toBe(hmac(`${long}y`));
});
