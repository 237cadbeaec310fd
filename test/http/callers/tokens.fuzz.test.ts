/** Tokens that differ from a good one in something: none is taken, and the listener stands. */

import fc from 'fast-check';
import { exportJWK, generateKeyPair } from 'jose';
import { Pool } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz } from '../../support/fuzz.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { AUDIENCE, ISSUER, signToken, type TokenOptions, writeJwksFile } from './issuer.ts';

const AT_ONCE = 50;
/** Node's own limit for all headers of a request is 16 KiB; beyond it the connection is answered 431. */
const HUGE_LENGTHS = [1000, 8000, 15_000, 40_000];

let gateway: TestGateway;
let pool: Pool;
beforeAll(async () => {
  const settings = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  gateway = await startTestGateway({}, { ...settings, AUTH_JWKS_FILE: await writeJwksFile() });
  pool = new Pool(new URL(gateway.url).origin, { connections: AT_ONCE });
});
afterAll(async () => {
  await pool.close();
  await gateway.close();
});

async function ask(token: string): Promise<{ status: number; text: string }> {
  const { statusCode, body } = await pool.request({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ __typename }"}',
  });
  return { status: statusCode, text: await body.text() };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
const nowSeconds = Math.floor(Date.now() / 1000);

/** Wrong in what they say, though well signed. */
const wrongs: readonly TokenOptions[] = [
  { claims: { aud: 'other' } },
  { claims: { aud: [] } },
  { claims: { aud: undefined } },
  { claims: { aud: `${AUDIENCE} ` } },
  { claims: { iss: `${ISSUER}x` } },
  { claims: { iss: undefined } },
  { claims: { exp: nowSeconds - 60 } },
  { claims: { exp: undefined } },
  { claims: { exp: 'never' } },
  { claims: { nbf: nowSeconds + 3600 } },
  { kid: 'unknown' },
  { kid: 'pss' },
  { key: 'stranger' },
  { key: 'elliptic', alg: 'ES256' },
];
const good = await signToken();
const signed = await Promise.all(wrongs.map(signToken));

const badHeader = fc
  .record(
    {
      alg: fc.constantFrom('none', 'None', 'HS256', 'HS512', 'RS1', 'ES256', 'PS256', 'EdDSA', '', 7, null),
      kid: fc.constantFrom('rsa', 'pss', 'elliptic', '', '__proto__', '../../key', null, 7),
      typ: fc.constantFrom('JWT', 'at+jwt', '', null),
      jwk: fc.constant({ kty: 'oct', k: 'AAAA' }),
      jku: fc.constant('http://127.0.0.1:9/jwks.json'),
      crit: fc.constantFrom(['exp'], ['b64'], 'exp', []),
      b64: fc.boolean(),
      x5u: fc.constant('http://127.0.0.1:9/'),
    },
    { requiredKeys: ['alg'] },
  )
  .map((header) => {
    const [, payload, signature] = good.split('.');
    return `${encode(header)}.${payload}.${header.alg === 'none' ? '' : signature}`;
  });
const badClaim = fc
  .tuple(fc.constantFrom('aud', 'iss', 'exp', 'scope', 'sub', 'redox_patients', '__proto__'), fc.jsonValue())
  .map(([name, value]) => {
    const [header, payload = '', signature] = good.split('.');
    return `${header}.${encode({ ...decode(payload), [name]: value, jti: 'changed' })}.${signature}`;
  });
const badLetter = fc
  .tuple(fc.nat(good.length - 1), fc.constantFrom(...'ABCDwxyz0189-_.=+/~'))
  .map(([at, letter]) => good.slice(0, at) + letter + good.slice(at + 1));
const cut = fc.nat(good.length - 1).map((length) => good.slice(0, length));
const grown = fc
  .tuple(fc.constantFrom('.', '=', 'A', '.A', '..', 'AAAA'), fc.constantFrom('front', 'back'))
  .map(([more, where]) => (where === 'front' ? more + good : good + more));
const huge = fc.constantFrom(...HUGE_LENGTHS).map((length) => `${good}${'A'.repeat(length)}`);
const mutated = fc
  .oneof(
    { arbitrary: badHeader, weight: 3 },
    { arbitrary: badClaim, weight: 3 },
    { arbitrary: badLetter, weight: 6 },
    { arbitrary: cut, weight: 2 },
    { arbitrary: grown, weight: 2 },
    { arbitrary: huge, weight: 1 },
    { arbitrary: fc.constantFrom(...signed), weight: 2 },
    { arbitrary: fc.base64String({ maxLength: 60 }), weight: 1 },
  )
  .filter((token) => token !== good);

test('none is accepted, none is a fault of ours', async () => {
  await fuzz({
    cases: mutated,
    atOnce: AT_ONCE,
    async check(tokens) {
      const answers = await Promise.all(tokens.map(ask));
      const taken = answers.flatMap(({ status }, at) =>
        status === 401 || status === 431 ? [] : [[status, tokens[at]]],
      );
      expect(taken).toEqual([]);
    },
  });
  expect((await ask(good)).status).toBe(200);
});

test('a signature with spare bits set is not the signature', async () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(good.at(-1) ?? '');
  const others = [1, 2, 3].map((bits) => good.slice(0, -1) + alphabet[last ^ bits]);
  expect(await Promise.all(others.map(async (token) => (await ask(token)).status))).toEqual([401, 401, 401]);
});

test('a key that the token itself brings proves nothing', async () => {
  const { publicKey } = await generateKeyPair('RS256', { extractable: true });
  const [, payload, signature] = good.split('.');
  const token = `${encode({ alg: 'RS256', jwk: await exportJWK(publicKey) })}.${payload}.${signature}`;
  expect((await ask(token)).status).toBe(401);
});
