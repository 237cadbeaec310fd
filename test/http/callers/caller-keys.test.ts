/** Issuer's keys that come from a URL: fetched once, found again after a change, and what callers see without them. */

import { describe, expect, onTestFinished, test } from 'vitest';
import { type Clock, createSystemClock } from '../../../src/clock.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { startGateway } from '../../../src/gateway.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { post } from '../servers.ts';
import { AUDIENCE, ISSUER, serveJwks, signToken } from './issuer.ts';

/** In sandbox mode with callers' tokens, its reports of missing keys collected. */
async function startWith(jwksUrl: string, clock: Clock = createSystemClock()) {
  const reports: unknown[] = [];
  const config = await parseConfig({
    PORT: '0',
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_URL: jwksUrl,
  });
  const log = { ...createLog('silent'), callerKeysUnavailable: (event: unknown) => reports.push(event) };
  const gateway = await startGateway(config, clock, log);
  onTestFinished(() => gateway.close());
  const ask = async (token: string) =>
    post(gateway.url, { query: '{ destinations { id } }' }, { authorization: `Bearer ${token}` });
  return { ask, reports };
}

test('keys are fetched when first needed, and once for many callers', async () => {
  const issuer = await serveJwks();
  const { ask } = await startWith(issuer.url);
  expect(issuer.requests).toBe(0);
  const token = await signToken();
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(token)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  expect(issuer.requests).toBe(1);
});

test('tokens of unknown keys do not make the gateway fetch over and over', async () => {
  const issuer = await serveJwks();
  const { ask } = await startWith(issuer.url);
  const token = await signToken({ kid: 'unknown' });
  for (let times = 0; times < 5; times += 1) expect((await ask(token)).status).toBe(401);
  expect(issuer.requests).toBe(1);
});

test('keys out of reach are nothing that a caller did wrong: 503, in fixed words, until they are back', async () => {
  const issuer = await serveJwks(500);
  const { ask, reports } = await startWith(issuer.url);
  const token = await signToken();
  const refused = await ask(token);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('www-authenticate')).toBeNull();
  expect(await refused.json()).toEqual({
    errors: [
      {
        message: 'The gateway is busy; try again later.',
        extensions: { code: 'OVERLOADED', retryable: true },
      },
    ],
  });
  expect(reports).toHaveLength(1);
  issuer.status = 200;
  expect((await ask(token)).status).toBe(200);
  expect(reports).toHaveLength(1);
});

test('an issuer that does not respond is the same', async () => {
  const { ask } = await startWith('http://127.0.0.1:9/jwks.json');
  expect((await ask(await signToken())).status).toBe(503);
  // What is no token at all needs no key.
  expect((await ask('garbage')).status).toBe(401);
});

const [MINUTE_MS, HOUR_MS] = [60_000, 3_600_000];

describe('an endpoint that was there before', () => {
  /** An hour of the clock's time is a token's life, so each question has a token of its own. */
  async function startOnce() {
    const clock = new FakeClock();
    const issuer = await serveJwks();
    const { ask, reports } = await startWith(issuer.url, clock);
    const statusFor = async (kid = 'rsa') => {
      const now = Math.floor(clock.wallTime() / 1000);
      const [key, alg] = kid === 'pss' ? (['pss', 'PS384'] as const) : (['rsa', 'RS256'] as const);
      return (await ask(await signToken({ key, alg, kid, claims: { iat: now, exp: now + 300 } }))).status;
    };
    expect(await statusFor()).toBe(200);
    return { clock, issuer, reports, statusFor };
  }

  test.each([
    ['fails', { status: 500 }],
    ['forbids', { status: 403 }],
    ['sends them elsewhere', { status: 302 }],
  ])('N13: that %s for 24 hours refuses no caller of a known key, and is asked on', async (_, fault) => {
    const { clock, issuer, reports, statusFor } = await startOnce();
    Object.assign(issuer, fault);
    let refused = 0;
    // Every ten minutes, but for the last.
    for (let asked = 0; asked < 143; asked += 1) {
      clock.tick(10 * MINUTE_MS);
      if ((await statusFor()) !== 200) refused += 1;
    }
    expect(refused).toBe(0);
    expect(issuer.requests).toBe(144);
    expect(reports).toHaveLength(143);
    clock.tick(10 * MINUTE_MS);
    expect(await statusFor()).toBe(503);
    issuer.status = 200;
    expect(await statusFor()).toBe(200);
  });

  test('is asked once in 30 seconds while it is away, however many callers there are', async () => {
    const { clock, issuer, statusFor } = await startOnce();
    issuer.status = 500;
    clock.tick(HOUR_MS);
    for (let asked = 0; asked < 5; asked += 1)
      expect(await Promise.all([statusFor(), statusFor()])).toEqual([200, 200]);
    expect(issuer.requests).toBe(2);
    clock.tick(30_000);
    expect(await Promise.all([statusFor(), statusFor()])).toEqual([200, 200]);
    expect(issuer.requests).toBe(3);
  });

  test('that hangs holds callers of known keys up for half a second, once in 30 seconds', async () => {
    const { clock, issuer, statusFor } = await startOnce();
    issuer.status = 500;
    clock.tick(HOUR_MS);
    expect(await statusFor()).toBe(200);
    issuer.hangs = true;
    clock.tick(30_000);
    const waiting = statusFor();
    await until(() => issuer.requests === 3);
    clock.tick(500);
    expect(await waiting).toBe(200);
    expect(await statusFor()).toBe(200);
    expect(issuer.requests).toBe(3);
  });

  test('a key that it has removed is refused ten minutes later, and at the first answer after it was away', async () => {
    const { clock, issuer, statusFor } = await startOnce();
    expect(await statusFor('pss')).toBe(200);
    issuer.removed = 'pss';
    clock.tick(10 * MINUTE_MS);
    expect([await statusFor('pss'), await statusFor()]).toEqual([401, 200]);
    issuer.removed = 'rsa';
    issuer.status = 500;
    clock.tick(HOUR_MS);
    expect(await statusFor()).toBe(200);
    issuer.status = 200;
    clock.tick(30_000);
    expect(await statusFor()).toBe(401);
  });

  test('a key that it has added is found at once; while it is away, an unknown key is nothing that the caller did wrong', async () => {
    const { clock, issuer, statusFor } = await startOnce();
    issuer.removed = 'pss';
    clock.tick(10 * MINUTE_MS);
    expect(await statusFor('pss')).toBe(401);
    issuer.removed = '';
    // Asked for an unknown key a moment ago.
    expect(await statusFor('pss')).toBe(401);
    clock.tick(30_000);
    expect(await statusFor('pss')).toBe(200);
    issuer.status = 500;
    clock.tick(30_000);
    expect([await statusFor('unknown'), await statusFor('unknown'), await statusFor()]).toEqual([
      503, 503, 200,
    ]);
    expect(issuer.requests).toBe(4);
  });
});
