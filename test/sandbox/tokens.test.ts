/** How the sandbox lets clients in, and everything it turns away. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import {
  type AssertionChanges,
  byIdentifiers,
  getToken,
  mediaQuery,
  member,
  post,
  readJson,
  requestToken,
  signAssertion,
} from './client.ts';

const QUERY = { Patients: [byIdentifiers(['MR', 'SYN-000417'])] };
let now = Date.parse('2026-03-04T12:00:00Z');
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ clock: () => now, charts: [], tokenLifetimeSeconds: 200 });
});
afterAll(() => sandbox.close());

async function statusOf(token: string | undefined): Promise<number> {
  return (await post(sandbox, token, mediaQuery(sandbox, 'general', QUERY))).status;
}

describe('the OAuth token endpoint', () => {
  it('exchanges a good assertion for a bearer token that opens the endpoint', async () => {
    const before = sandbox.tokenCalls;
    const response = await requestToken(sandbox, await signAssertion(sandbox, { nowMs: now }), {
      scope: 'x',
    });
    expect(response.status).toBe(200);
    const body = await readJson(response);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 200,
      scope: 'x',
    });
    expect(await statusOf(String(member(body, 'access_token')))).toBe(200);
    expect(sandbox.tokenCalls).toBe(before + 1);
  });

  it('accepts an assertion once only', async () => {
    const assertion = await signAssertion(sandbox, { nowMs: now });
    expect((await requestToken(sandbox, assertion)).status).toBe(200);
    const again = await requestToken(sandbox, assertion);
    expect(again.status).toBe(401);
    expect(await again.json()).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringMatching(/jti/),
    });
  });

  it('lets only one of two simultaneous uses of an assertion through', async () => {
    const assertion = await signAssertion(sandbox, { nowMs: now });
    const answers = await Promise.all([1, 2, 3].map(() => requestToken(sandbox, assertion)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 401, 401]);
  });

  it('does not use up the id of an assertion that it refuses', async () => {
    const claims = { jti: 'kept-for-later' };
    const refused = await signAssertion(sandbox, {
      nowMs: now,
      claims: { ...claims, aud: 'https://elsewhere' },
    });
    expect((await requestToken(sandbox, refused)).status).toBe(401);
    expect((await requestToken(sandbox, await signAssertion(sandbox, { nowMs: now, claims }))).status).toBe(
      200,
    );
  });

  const foreignKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreignPem = foreignKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const seconds = Math.floor(now / 1000);
  const refusals: [string, AssertionChanges, RegExp][] = [
    ['a foreign key', { privateKeyPem: foreignPem }, /signature/],
    ['another algorithm of the same key', { alg: 'RS256' }, /alg/],
    ['an unknown kid', { kid: 'other' }, /kid/],
    ['a foreign issuer', { claims: { iss: 'someone' } }, /iss/],
    ['a foreign subject', { claims: { sub: 'someone' } }, /sub/],
    ['another audience', { claims: { aud: 'https://api.redoxengine.com/v2/auth/token' } }, /aud/],
    ['no audience', { claims: { aud: undefined } }, /aud/],
    ['an expired assertion', { claims: { exp: seconds - 10 } }, /exp/],
    ['no expiry', { claims: { exp: undefined } }, /exp/],
    ['an expiry too far ahead', { claims: { exp: seconds + 320 } }, /5 minutes/],
    ['no id', { claims: { jti: undefined } }, /jti/],
    ['an empty id', { claims: { jti: '' } }, /jti/],
  ];
  it.each(refusals)('refuses %s', async (_name, changes, reason) => {
    const response = await requestToken(sandbox, await signAssertion(sandbox, { nowMs: now, ...changes }));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringMatching(reason),
    });
  });

  it('forgives a clock that is a few seconds off', async () => {
    const late = await signAssertion(sandbox, { nowMs: now + 4000 });
    expect((await requestToken(sandbox, late)).status).toBe(200);
  });

  it.each([
    ['no grant type', { grant_type: undefined }, 400, 'invalid_request'],
    ['another grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['another assertion type', { client_assertion_type: 'saml' }, 400, 'invalid_request'],
    ['no assertion', { client_assertion: undefined }, 400, 'invalid_request'],
    ['an assertion that is no JWT', { client_assertion: 'x.y' }, 401, 'invalid_client'],
  ])('refuses %s', async (_name, changes, status, error) => {
    const response = await requestToken(sandbox, await signAssertion(sandbox, { nowMs: now }), changes);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error });
  });

  it('refuses a JSON body', async () => {
    const response = await fetch(sandbox.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"grant_type":"client_credentials"}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });
});

describe('the endpoint', () => {
  it('answers 401 without a token and with one it never issued', async () => {
    expect(await statusOf(undefined)).toBe(401);
    expect(await statusOf('made-up')).toBe(401);
  });

  it('answers 401 once the token has expired', async () => {
    const token = await getToken(sandbox, now);
    now += 199_000;
    expect(await statusOf(token)).toBe(200);
    now += 1000;
    expect(await statusOf(token)).toBe(401);
  });

  it('answers 401 to tokens revoked, 200 to tokens issued since', async () => {
    const revoked = await getToken(sandbox, now);
    sandbox.revokeTokens();
    const fresh = await getToken(sandbox, now);
    expect([await statusOf(revoked), await statusOf(fresh)]).toEqual([401, 200]);
  });
});

describe('the legacy key', () => {
  const login = (path: string, body: unknown) =>
    fetch(`${sandbox.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  it('logs in, and renews once with each refresh token', async () => {
    const { apiKey, apiSecret: secret } = sandbox.credentials;
    const first = await readJson(await login('/auth/authenticate', { apiKey, secret }));
    expect(member(first, 'expires')).toBe(new Date(now + 200_000).toISOString());
    expect(await statusOf(String(member(first, 'accessToken')))).toBe(200);
    const renewal = { apiKey, refreshToken: member(first, 'refreshToken') };
    const second = await readJson(await login('/auth/refreshToken', renewal));
    expect(member(second, 'accessToken')).not.toBe(member(first, 'accessToken'));
    expect(await statusOf(String(member(second, 'accessToken')))).toBe(200);
    expect((await login('/auth/refreshToken', renewal)).status).toBe(401);
  });

  it('answers bad credentials with 401 and text that is no JSON', async () => {
    const { apiKey } = sandbox.credentials;
    for (const body of [{ apiKey, secret: 'wrong' }, { apiKey }, null]) {
      const response = await login('/auth/authenticate', body);
      expect(response.status).toBe(401);
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      expect(await response.text()).toBe('Invalid request');
    }
    expect((await login('/auth/refreshToken', { apiKey, refreshToken: 'wrong' })).status).toBe(401);
  });
});
