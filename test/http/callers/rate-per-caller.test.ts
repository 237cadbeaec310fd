/** RATE_PER_CALLER: never more operations of one caller in a window than it says, and no other caller's are counted. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { RatePerCaller } from '../../../src/http/callers/rate-per-caller.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { beside } from '../servers.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from './issuer.ts';

const named = (subject: string, clientId = 'app') => ({ subject, clientId, token: null });

/** Null when it may go, else after how many seconds a retry may succeed. */
function ask(rate: RatePerCaller, subject = 'one', clientId = 'app'): number | null {
  try {
    rate.take(named(subject, clientId));
    return null;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'RATE_LIMITED') throw error;
    return error.details.retryAfterSeconds ?? 0;
  }
}

function checkWindows(calls: number, pauses: readonly number[]): void {
  const clock = new FakeClock();
  const windowMs = 1000;
  const rate = new RatePerCaller({ calls, windowMs }, clock);
  const taken: number[] = [];
  for (const pause of pauses) {
    clock.tick(pause);
    if (ask(rate) === null) taken.push(clock.now());
    else expect(taken.length).toBeGreaterThanOrEqual(calls);
  }
  for (const [at, time] of taken.entries())
    expect((taken[at + calls] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThanOrEqual(windowMs);
  const retryAfter = ask(rate);
  if (retryAfter === null) return;
  clock.tick(retryAfter * 1000);
  expect(ask(rate)).toBeNull();
}

describe('the rolling window', () => {
  test('the first one beyond the rate is told when the oldest leaves the window, and goes then', () => {
    const clock = new FakeClock();
    const rate = new RatePerCaller({ calls: 2, windowMs: 60_000 }, clock);
    expect(ask(rate)).toBeNull();
    clock.tick(10_000);
    expect(ask(rate)).toBeNull();
    clock.tick(500);
    expect([ask(rate), ask(rate)]).toEqual([50, 50]);
    clock.tick(49_499);
    expect(ask(rate)).toBe(1);
    clock.tick(1);
    expect([ask(rate), ask(rate)]).toEqual([null, 10]);
  });

  test('subject and client together are the caller', () => {
    const rate = new RatePerCaller({ calls: 1, windowMs: 60_000 }, new FakeClock());
    expect(ask(rate, 'one', 'app')).toBeNull();
    expect([ask(rate, 'one', 'other app'), ask(rate, 'two', 'app')]).toEqual([null, null]);
    expect(ask(rate, 'one', 'app')).toBe(60);
  });

  test('no window of any start holds more than the rate, and a promised retry succeeds', () => {
    const rates = fc.integer({ min: 1, max: 200 });
    const pauses = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 600 });
    fc.assert(fc.property(rates, pauses, checkWindows));
  });

  test('callers who have been away for a window are forgotten, and of any number no more than 10,000 are held', () => {
    const clock = new FakeClock();
    const rate = new RatePerCaller({ calls: 1, windowMs: 1000 }, clock);
    for (let at = 0; at < 10_100; at += 1) ask(rate, `caller ${at}`);
    expect(rate.size).toBe(10_000);
    clock.tick(1000);
    for (let at = 0; at < 10_000; at += 1) ask(rate, 'the only one');
    expect(rate.size).toBe(1);
  });
});

describe('at the gateway', async () => {
  const jwt = {
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_FILE: await writeJwksFile(),
    RATE_PER_CALLER: '3/60s',
  };
  const QUERY = '{ destinations { id } }';
  const refusal = {
    errors: [
      {
        message: 'The quota of calls is used up; try again later.',
        extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterSeconds: 60 },
      },
    ],
  };

  async function tokenOf(sub: string, clock: FakeClock) {
    const iat = Math.floor(clock.wallTime() / 1000);
    const scope = 'media:read media:write content:read';
    return {
      authorization: `Bearer ${await signToken({ claims: { sub, scope, iat, exp: iat + 3600 } })}`,
    };
  }

  async function refusalOf(response: Response) {
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      body: await response.json(),
    };
  }

  test('operations and uploads are 429 with Retry-After beyond it, other callers are answered, and so is the caller later', async () => {
    const clock = new FakeClock();
    await using gateway = await startTestGateway({ charts: [] }, jwt, clock);
    const [one, other] = [await tokenOf('one', clock), await tokenOf('other', clock)];
    for (let sent = 0; sent < 3; sent += 1)
      expect((await gateway.ask(QUERY, {}, one)).data).toEqual({ destinations: expect.anything() });
    const operation = await fetch(`${gateway.url}?query=${encodeURIComponent(QUERY)}`, { headers: one });
    const upload = await fetch(beside(gateway.url, '/uploads'), {
      method: 'POST',
      headers: { ...one, 'content-type': 'text/plain' },
      body: 'synthetic',
    });
    for (const response of [operation, upload])
      expect(await refusalOf(response)).toEqual({ status: 429, retryAfter: '60', body: refusal });
    expect((await gateway.ask(QUERY, {}, other)).status).toBe(200);
    expect((await fetch(beside(gateway.url, '/livez'), { headers: one })).status).toBe(200);
    clock.tick(60_000);
    expect((await gateway.ask(QUERY, {}, one)).status).toBe(200);
  });

  test('a link counts for the caller that it was made for, and one that is no link for none', async () => {
    const clock = new FakeClock();
    await using gateway = await startTestGateway({}, jwt, clock);
    const one = await tokenOf('one', clock);
    const { data } = await gateway.ask<{ patient: { media: { nodes: { content: { url: string } }[] } } }>(
      `{ patient(identifiers: [{ value: "SYN-000417", idType: "MR" }]) {
        media(first: 1) { nodes { content { url } } }
      } }`,
      {},
      one,
    );
    const url = data?.patient.media.nodes[0]?.content.url ?? '';
    for (let sent = 0; sent < 5; sent += 1)
      expect((await fetch(beside(gateway.url, '/content/none'))).status).toBe(403);
    const statuses: number[] = [];
    for (let sent = 0; sent < 3; sent += 1) statuses.push((await fetch(url, { method: 'HEAD' })).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(await refusalOf(await fetch(url))).toEqual({ status: 429, retryAfter: '60', body: refusal });
    expect((await gateway.ask(QUERY, {}, one)).status).toBe(429);
    expect(await gateway.countCalls(() => fetch(url))).toBe(0);
  });

  test('without the setting nothing is counted', async () => {
    const { RATE_PER_CALLER: _, ...unlimited } = jwt;
    const clock = new FakeClock();
    await using gateway = await startTestGateway({ charts: [] }, unlimited, clock);
    const one = await tokenOf('one', clock);
    for (let sent = 0; sent < 10; sent += 1) expect((await gateway.ask(QUERY, {}, one)).status).toBe(200);
  });
});
