/** A request says what its bytes say in UTF-8, or is refused: another reading may name another patient. */
import { request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';

const NAMES = ['Müller', 'M\ufffdller', 'MÃ¼ller'];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    charts: NAMES.map((name) => chartDocument('', { visitNumber: name, documentId: name })),
  });
});
afterAll(() => gateway.close());

const QUERY = 'query ($n: ID!) { visit(visitNumber: $n) { media { nodes { documentId } } } }';
const found = (documentId: string) => ({ data: { visit: { media: { nodes: [{ documentId }] } } } });
const bodyWith = (name: Uint8Array) => {
  const [before = '', after = ''] = JSON.stringify({ query: QUERY, variables: { n: 'NAME' } }).split('NAME');
  return Buffer.concat([Buffer.from(before), name, Buffer.from(after)]);
};
const UTF8 = bodyWith(Buffer.from('Müller'));

async function post(body: Uint8Array, headers: Record<string, string> = {}) {
  const before = gateway.redox.callCount;
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(body),
  });
  const answer = { status: response.status, body: await response.json() };
  return { ...answer, headers: response.headers, calls: gateway.redox.callCount - before };
}

/** `path` as it is: fetch would encode it. */
async function get(path: string) {
  const { hostname, port } = new URL(gateway.url);
  const headers = { 'apollo-require-preflight': '1' };
  const { promise, resolve, reject } = Promise.withResolvers<{ status: unknown; body: unknown }>();
  send({ hostname, port, path, headers }, async (response) => {
    resolve({ status: response.statusCode, body: JSON.parse(await text(response)) });
  })
    .on('error', reject)
    .end();
  return promise;
}

const refused = (message: RegExp) => ({
  errors: [{ message: expect.stringMatching(message), extensions: { code: 'BAD_REQUEST' } }],
});

describe('a body', () => {
  test.each([
    ['in UTF-8', {}],
    ['said to be in UTF-8', { 'content-type': 'application/json; charset=utf-8' }],
    ['said so in other letters', { 'content-type': 'Application/JSON ;  charset="UTF-8"' }],
    ['said so without the hyphen', { 'content-type': 'application/json;charset=utf8' }],
    ['said to be coded as itself', { 'content-encoding': 'identity' }],
  ])('%s is taken', async (_, headers) => {
    expect(await post(UTF8, headers)).toMatchObject({ status: 200, body: found('Müller') });
  });

  test('may begin with a byte order mark, also with a long number in it', async () => {
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    expect(await post(Buffer.concat([mark, UTF8]))).toMatchObject({ status: 200, body: found('Müller') });
    const long = Buffer.from(JSON.stringify({ query: QUERY, variables: { n: 2 ** 53 } }));
    expect(await post(Buffer.concat([mark, long]))).toMatchObject({ status: 400, calls: 0 });
  });

  test.each<[string, Uint8Array]>([
    ['in Latin-1', bodyWith(Buffer.from('Müller', 'latin1'))],
    ['with a character cut off', bodyWith(Buffer.from('Müller').subarray(0, 2))],
    ['with half a surrogate pair', bodyWith(Buffer.from('eda080', 'hex'))],
    ['with a character that is too long', bodyWith(Buffer.from('c0af', 'hex'))],
    ['in UTF-16', Buffer.from(UTF8.toString(), 'utf16le')],
    ['packed, and not said so', gzipSync(UTF8)],
  ])('%s is refused with 400, and nothing is asked', async (_, body) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, body: refused(/UTF-8/), calls: 0 });
  });

  test.each(['iso-8859-1', 'utf-16', 'us-ascii', 'utf-7', '', '"utf-8 "; charset=latin1'])(
    'in the charset %j is refused with 415',
    async (charset) => {
      const answer = await post(UTF8, { 'content-type': `application/json; charset=${charset}` });
      expect(answer).toMatchObject({ status: 415, body: refused(/UTF-8/), calls: 0 });
    },
  );

  test.each(['gzip', 'GZIP', 'br', 'deflate, gzip', 'identity, gzip', 'x'])(
    'in the coding %j is refused with 415, which says what may be sent',
    async (coding) => {
      for (const body of [UTF8, gzipSync(UTF8)]) {
        const answer = await post(body, { 'content-encoding': coding });
        expect(answer).toMatchObject({ status: 415, body: refused(/content coding/), calls: 0 });
        expect(answer.headers.get('accept-encoding')).toBe('identity');
      }
    },
  );

  test('of any bytes is what it says, or 400', async () => {
    const name = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 6 }),
      fc
        .string({ unit: 'binary', minLength: 1 })
        .map((some) => Buffer.from(JSON.stringify(some).slice(1, -1))),
    );
    await fc.assert(
      fc.asyncProperty(name, async (bytes) => {
        const { status, body } = await post(bodyWith(bytes));
        const decoded = new TextDecoder('utf-8', { fatal: true });
        let sent: unknown;
        try {
          sent = JSON.parse(decoded.decode(bodyWith(bytes))).variables.n;
        } catch {
          expect({ status, body }).toMatchObject({ status: 400, body: refused(/JSON in UTF-8/) });
          return;
        }
        const isNumber = typeof sent === 'string' && sent.trim() !== '';
        expect(status).toBe(200);
        if (isNumber) expect(body).toEqual({ data: { visit: { media: { nodes: expect.any(Array) } } } });
      }),
    );
  });
});

describe('the URL of a GET', () => {
  const by = (name: string) =>
    `/graphql?query=${encodeURIComponent(QUERY)}&variables=%7B%22n%22:%22${name}%22%7D`;

  test('in UTF-8 is taken', async () => {
    expect(await get(by(encodeURIComponent('Müller')))).toEqual({ status: 200, body: found('Müller') });
  });

  test.each([
    ['bytes of Latin-1, encoded', by('M%FCller')],
    ['half a surrogate pair', by('%ED%A0%80')],
    ['a broken escape', by('M%C3%Bller')],
    ['a lone per cent sign', by('50%')],
    ['a parameter of no meaning that cannot be read', `${by('x')}&other=%FF`],
  ])('with %s is refused with 400, and nothing is asked', async (_, path) => {
    const before = gateway.redox.callCount;
    expect(await get(path)).toEqual({ status: 400, body: refused(/UTF-8/) });
    expect(gateway.redox.callCount).toBe(before);
  });
});

test('the URL of a GET with bytes that are not encoded is no HTTP', async () => {
  expect(await get(`/graphql?query=${Buffer.from('Müller').toString('latin1')}`)).toEqual({
    status: 400,
    body: refused(/not HTTP/),
  });
});

test('a file is taken as it is, or not at all', async () => {
  const upload = (headers: Record<string, string>) =>
    fetch(new URL('/uploads', gateway.url), {
      method: 'POST',
      headers: { 'content-type': 'text/plain', ...headers },
      body: gzipSync('synthetic'),
    });
  const packed = await upload({ 'content-encoding': 'gzip' });
  expect([packed.status, await packed.json()]).toEqual([415, refused(/without Content-Encoding/)]);
});
