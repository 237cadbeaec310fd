/** A token is verified once by a key, and yet each request finds out whether token and key are valid still. */
import { describe, expect, test } from 'vitest';
import { createCallerCheck } from '../../../src/http/callers/caller.ts';
import { isWithinTimes, VerifiedTokens } from '../../../src/http/callers/verified-tokens.ts';
import { ALL_RIGHTS, type Caller } from '../../../src/media/model/rights.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { AUDIENCE, ISSUER, serveJwks, signToken, type TokenOptions } from './issuer.ts';

const MINUTE_MS = 60_000;
const CLAIMS = {
  scope: 'scope',
  destinations: 'redox_destinations',
  patients: 'redox_patients',
  patient: 'patient',
  patientIdType: 'MR',
};
const REFUSED = { code: 'UNAUTHENTICATED' };

async function start() {
  const clock = new FakeClock();
  const issuer = await serveJwks();
  const keys = { kind: 'url', url: issuer.url } as const;
  const check = createCallerCheck(
    { mode: 'jwt', issuer: ISSUER, audience: AUDIENCE, keys, claims: CLAIMS },
    () => undefined,
    clock,
  );
  const nowSeconds = () => Math.floor(clock.wallTime() / 1000);
  return {
    clock,
    issuer,
    nowSeconds,
    /** Of an hour, unless the claims say otherwise. */
    sign({ claims = {}, ...options }: TokenOptions = {}) {
      const now = nowSeconds();
      return signToken({ ...options, claims: { iat: now, exp: now + 3600, ...claims } });
    },
    identify: (token: string, scheme = 'Bearer ') => check({ headers: { authorization: scheme + token } }),
  };
}

test('a token that comes again gives the caller that was read from it', async () => {
  const { sign, identify } = await start();
  const [token, other] = await Promise.all([sign(), sign({ claims: { sub: 'other', redox_patients: [] } })]);
  const caller = await identify(token);
  expect(await identify(token)).toBe(caller);
  const otherCaller = await identify(other);
  expect(otherCaller).toMatchObject({ subject: 'other', rights: { patients: new Set() } });
  expect(await identify(token)).toBe(caller);
  expect(await identify(other)).toBe(otherCaller);
});

test('one that differs in a single character is another token', async () => {
  const { sign, identify } = await start();
  const token = await sign();
  const caller = await identify(token);
  for (const at of [3, Math.floor(token.length / 2), token.length - 20]) {
    const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
    await expect(identify(changed)).rejects.toMatchObject(REFUSED);
  }
  await expect(identify(token, 'Basic ')).rejects.toMatchObject(REFUSED);
  expect(await identify(token, 'bearer  ')).toEqual(caller);
  expect(await identify(token)).toBe(caller);
});

describe('a token that was valid is refused', () => {
  test('once it has expired, with the tolerance of clocks', async () => {
    const { clock, nowSeconds, sign, identify } = await start();
    const token = await sign({ claims: { exp: nowSeconds() + 60 } });
    const caller = await identify(token);
    clock.tick(89_000);
    expect(await identify(token)).toBe(caller);
    clock.tick(1000);
    await expect(identify(token)).rejects.toMatchObject(REFUSED);
  });

  test('once its issuer has removed its key', async () => {
    const { clock, issuer, sign, identify } = await start();
    const token = await sign();
    await identify(token);
    issuer.removed = 'rsa';
    clock.tick(10 * MINUTE_MS - 1);
    await identify(token);
    clock.tick(1);
    await expect(identify(token)).rejects.toMatchObject(REFUSED);
    // Nor is it accepted afterwards, while the set is fresh.
    await expect(identify(token)).rejects.toMatchObject(REFUSED);
    issuer.removed = '';
    clock.tick(MINUTE_MS);
    expect(await identify(token)).toMatchObject({ subject: 'caller' });
  });
});

test('the keys are fetched as often as for tokens that come first, and a new set verifies anew', async () => {
  const { clock, issuer, sign, identify } = await start();
  const token = await sign();
  const caller = await identify(token);
  clock.tick(10 * MINUTE_MS);
  const again = await identify(token);
  expect(issuer.requests).toBe(2);
  expect(again).toEqual(caller);
  expect(again).not.toBe(caller);
  expect(await identify(token)).toBe(again);
  issuer.status = 500;
  clock.tick(24 * 60 * MINUTE_MS);
  await expect(identify(await sign())).rejects.toMatchObject({ code: 'OVERLOADED' });
});

test('one that is used stays, and one that was not for longest goes, within so many bytes', () => {
  const caller: Caller = { subject: 'a', clientId: null, token: null, rights: ALL_RIGHTS, expiresAt: 0 };
  const token = { caller, header: { alg: 'RS256' }, key: null, times: { exp: 1, nbf: undefined } };
  const tokens = new VerifiedTokens(100);
  for (const name of ['a', 'b', 'c']) tokens.add(name.repeat(30), token);
  // The same one is counted once.
  tokens.add('a'.repeat(30), token);
  expect(tokens.find('b'.repeat(30))).toBe(token);
  tokens.add('d'.repeat(30), token);
  const found = ['a', 'b', 'c', 'd'].filter((name) => tokens.find(name.repeat(30)) !== undefined);
  expect(found).toEqual(['a', 'b', 'd']);
  tokens.add('e'.repeat(101), token);
  expect(['a', 'b', 'd', 'e'].filter((name) => tokens.find(name.repeat(30)))).toEqual([]);
});

test.each([
  [{ exp: 100, nbf: undefined }, 129.9, true],
  [{ exp: 100, nbf: undefined }, 130, false],
  [{ exp: 1000, nbf: 100 }, 70, true],
  [{ exp: 1000, nbf: 100 }, 69.9, false],
  [{ exp: undefined, nbf: undefined }, 100, false],
])('%j at %d s: %s', (times, seconds, isValid) => {
  expect(isWithinTimes(times, seconds * 1000, 30)).toBe(isValid);
});
