/** Callers' bearer tokens: whose operations run, and that no other's costs or learns anything. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { beside, post } from '../servers.ts';
import {
  AUDIENCE,
  forgeClaims,
  forgeUnsigned,
  forgeWithPublicKey,
  ISSUER,
  signToken,
  writeJwksFile,
} from './issuer.ts';

const QUERY = '{ patient(identifiers: [{ value: "SYN-000417", idType: "MR" }]) { media { totalCount } } }';
const DATA = { data: { patient: { media: { totalCount: 8 } } } };

let gateway: TestGateway;
beforeAll(async () => {
  const settings = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE };
  gateway = await startTestGateway({}, { ...settings, AUTH_JWKS_FILE: await writeJwksFile() });
});
afterAll(() => gateway.close());

const now = () => Math.floor(Date.now() / 1000);
const ask = (authorization?: string) =>
  post(gateway.url, { query: QUERY }, authorization === undefined ? {} : { authorization });

describe('a token is taken', () => {
  test.each([
    ['signed with RSA', () => signToken()],
    ['signed with RSA-PSS', () => signToken({ alg: 'PS384', kid: 'pss', key: 'pss' })],
    ['signed with an elliptic curve', () => signToken({ alg: 'ES256', kid: 'elliptic', key: 'elliptic' })],
    ['for several audiences', () => signToken({ claims: { aud: ['other', AUDIENCE] } })],
    ['expired within the tolerance of clocks', () => signToken({ claims: { exp: now() - 10 } })],
    ['with the one scope alone', () => signToken({ claims: { scope: 'media:read' } })],
  ])('%s', async (_, sign) => {
    const response = await ask(`Bearer ${await sign()}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(DATA);
  });

  test('whatever the case of the scheme', async () => {
    expect((await ask(`bearer  ${await signToken()}`)).status).toBe(200);
  });
});

describe('401 UNAUTHENTICATED, and no upstream call', () => {
  test.each([
    ['no token', () => undefined],
    ['an empty one', () => 'Bearer '],
    ['another scheme', () => 'Basic Y2FuYXJ5OmNhbmFyeQ=='],
    ['garbage', () => 'Bearer canary'],
    ['garbage in three parts', () => 'Bearer canary.canary.canary'],
    ['two tokens', async () => `Bearer ${await signToken()}, Bearer ${await signToken()}`],
    ['an expired token', async () => `Bearer ${await signToken({ claims: { exp: now() - 60 } })}`],
    ['a token for ever', async () => `Bearer ${await signToken({ claims: { exp: undefined } })}`],
    ['a token not valid yet', async () => `Bearer ${await signToken({ claims: { nbf: now() + 60 } })}`],
    ['another audience', async () => `Bearer ${await signToken({ claims: { aud: 'other' } })}`],
    ['no audience', async () => `Bearer ${await signToken({ claims: { aud: undefined } })}`],
    [
      'another issuer',
      async () => `Bearer ${await signToken({ claims: { iss: 'https://other.example/' } })}`,
    ],
    ['no issuer', async () => `Bearer ${await signToken({ claims: { iss: undefined } })}`],
    ['an unknown key', async () => `Bearer ${await signToken({ kid: 'canary' })}`],
    ["another key's signature", async () => `Bearer ${await signToken({ key: 'stranger' })}`],
    ['no signature', async () => `Bearer ${await forgeUnsigned()}`],
    ['the public key as a shared secret', async () => `Bearer ${await forgeWithPublicKey()}`],
    ['changed claims', async () => `Bearer ${await forgeClaims()}`],
  ])('for %s', async (_, authorization) => {
    const before = gateway.redox.callCount + gateway.redox.tokenCalls;
    const response = await ask(await authorization());
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(await response.json()).toEqual({
      errors: [
        {
          message: 'A valid bearer token is needed.',
          extensions: { code: 'UNAUTHENTICATED', retryable: false },
        },
      ],
    });
    expect(gateway.redox.callCount + gateway.redox.tokenCalls).toBe(before);
  });

  test('for GET too, for pages, and before the body is looked at', async () => {
    const headers = { 'apollo-require-preflight': 'true' };
    expect((await fetch(`${gateway.url}?query=${encodeURIComponent(QUERY)}`, { headers })).status).toBe(401);
    expect((await fetch(gateway.url, { headers: { accept: 'text/html' } })).status).toBe(401);
    expect((await post(gateway.url, '{"query":')).status).toBe(401);
  });
});

describe('403 FORBIDDEN, and no upstream call: a limit that cannot be read is never overlooked', () => {
  test.each([
    ['a scope that is no text', { scope: 7 }],
    ['destinations that are no list', { redox_destinations: 'general' }],
    ['destinations that are no texts', { redox_destinations: ['general', 7] }],
    ['patients that are no list', { redox_patients: 'MR|SYN-000417' }],
    ['patients without an IDType', { redox_patients: ['SYN-000417'] }],
    ['patients with an empty IDType', { redox_patients: ['|SYN-000417'] }],
    ['patients with an empty ID', { redox_patients: ['MR|SYN-000417', 'MR|'] }],
    ['patients that are null', { redox_patients: null }],
    ['a patient of no known IDType', { patient: 'SYN-000417' }],
  ])('for %s', async (_, claims) => {
    const before = gateway.redox.callCount;
    const response = await ask(`Bearer ${await signToken({ claims })}`);
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toBeNull();
    expect(await response.json()).toEqual({
      errors: [
        { message: 'Your rights do not cover this.', extensions: { code: 'FORBIDDEN', retryable: false } },
      ],
    });
    expect(gateway.redox.callCount).toBe(before);
  });
});

test('health needs no token', async () => {
  expect((await fetch(beside(gateway.url, '/livez'))).status).toBe(200);
  expect((await fetch(beside(gateway.url, '/readyz'))).status).toBe(200);
});
