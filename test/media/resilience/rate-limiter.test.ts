/** When the quota lets calls start, on a fake clock. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GatewayError } from '../../../src/errors.ts';
import { type Permit, RateLimiter } from '../../../src/media/resilience/rate-limiter.ts';
import { RedoxError } from '../../../src/redox/redox-error.ts';
import { CASES } from '../../support/cases.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function createLimiter(calls: number, windowMs: number) {
  const clock = new FakeClock();
  return { clock, rateLimiter: new RateLimiter({ calls, windowMs }, clock) };
}

/** Starts and ends a call as soon as the quota allows it; returns how long the call had to wait. */
function callWhenDue(rateLimiter: RateLimiter, clock: FakeClock): number {
  const { delayMs } = rateLimiter;
  clock.tick(delayMs);
  expect(rateLimiter.delayMs).toBe(0);
  rateLimiter.start().end(null);
  return delayMs;
}

test('calls start freely up to half the quota, are then spaced evenly, and start freely again after a window', () => {
  const { clock, rateLimiter } = createLimiter(10, 1000);
  const waits = Array.from({ length: 10 }, () => callWhenDue(rateLimiter, clock));
  expect(waits).toEqual([0, 0, 0, 0, 0, 100, 100, 100, 100, 100]);
  // The first five calls leave the window in half a second.
  expect(rateLimiter.delayMs).toBe(500);
  clock.tick(2000);
  expect(Array.from({ length: 5 }, () => callWhenDue(rateLimiter, clock))).toEqual([0, 0, 0, 0, 0]);
});

test('has plenty while less than a quarter of the quota is used, but not while a 429 slows it down', () => {
  const { clock, rateLimiter } = createLimiter(8, 1000);
  rateLimiter.start().end(null);
  const permit = rateLimiter.start();
  expect(rateLimiter.hasPlenty).toBe(false);
  permit.end(null);
  clock.tick(1000);
  expect(rateLimiter.hasPlenty).toBe(true);
  rateLimiter.start().end(new RedoxError('RATE_LIMITED'));
  expect(rateLimiter.hasPlenty).toBe(false);
  clock.tick(60_000);
  expect(rateLimiter.hasPlenty).toBe(true);
});

test('calls are spaced by at most a quarter of a second while the quota has room, however small it is', () => {
  const { clock, rateLimiter } = createLimiter(4, 60_000);
  expect(Array.from({ length: 4 }, () => callWhenDue(rateLimiter, clock))).toEqual([0, 0, 250, 250]);
  expect(rateLimiter.delayMs).toBe(59_500);
});

test.each([
  ['7500/300s', 7500, 300_000],
  ['400/20s', 400, 20_000],
])(
  'a quota of %s is used in full, without a long wait for calls to leave the window',
  (_, calls, windowMs) => {
    const { clock, rateLimiter } = createLimiter(calls, windowMs);
    const begun = clock.now();
    const waits = Array.from({ length: 3 * calls }, () => callWhenDue(rateLimiter, clock));
    // When the first three quarters start early, the last quarter is spread over the rest of the window: up to four times the even
    // interval.
    expect(Math.max(...waits)).toBeLessThanOrEqual((4 * windowMs) / calls);
    expect(clock.now() - begun).toBeLessThanOrEqual(3 * windowMs);
  },
);

test('the remaining calls of a small quota, or of a short window, are not spread', () => {
  const { clock, rateLimiter } = createLimiter(31, 60_000);
  expect(Math.max(...Array.from({ length: 31 }, () => callWhenDue(rateLimiter, clock)))).toBe(250);
  const short = createLimiter(32, 9999);
  const waits = Array.from({ length: 32 }, () => callWhenDue(short.rateLimiter, short.clock));
  expect(Math.max(...waits)).toBe(250);
});

test('a call counts until a window after its end, since Redox may have counted it that late', () => {
  const { clock, rateLimiter } = createLimiter(1, 1000);
  const permit = rateLimiter.start();
  expect(rateLimiter.delayMs).toBe(Number.POSITIVE_INFINITY);
  clock.tick(5000);
  expect(rateLimiter.delayMs).toBe(Number.POSITIVE_INFINITY);
  permit.end(null);
  expect(rateLimiter.delayMs).toBe(1000);
  clock.tick(999);
  expect(rateLimiter.delayMs).toBe(1);
  clock.tick(1);
  expect(rateLimiter.delayMs).toBe(0);
});

test('the calls of one window are remembered, however many came before', () => {
  const { clock, rateLimiter } = createLimiter(100, 1000);
  for (let at = 0; at < 5000; at++) callWhenDue(rateLimiter, clock);
  clock.tick(1000);
  expect(rateLimiter.delayMs).toBe(0);
});

test('a 429 slows down all calls; any other response does not, not even one that is an error', () => {
  const { clock, rateLimiter } = createLimiter(1000, 10_000);
  rateLimiter.start().end(new RedoxError('UPSTREAM_UNAVAILABLE', { status: 503 }));
  expect(rateLimiter.delayMs).toBe(0);
  rateLimiter.start().end(new RedoxError('RATE_LIMITED', { status: 429, retryAfterSeconds: 1 }));
  const { delayMs } = rateLimiter;
  expect(delayMs).toBeGreaterThan(200);
  clock.tick(delayMs);
  expect(rateLimiter.delayMs).toBe(0);
});

describe('waiters whose deadline comes before their call can start', () => {
  const waiterUntil = (deadline: number) => {
    const waiter = {
      deadline,
      finished: false,
      seconds: undefined as number | undefined,
      fail(error: GatewayError) {
        waiter.finished = true;
        waiter.seconds = error.details.retryAfterSeconds;
      },
    };
    return waiter;
  };

  test('are rejected at once, with the time when their call would have started; calls without waiters are not counted', () => {
    const { clock, rateLimiter } = createLimiter(2, 4000);
    for (let at = 0; at < 2; at++) callWhenDue(rateLimiter, clock);
    const now = clock.now();
    const { delayMs } = rateLimiter;
    // The first call may start after `delayMs`, the others at intervals of two seconds.
    const until = (ms: number) => waiterUntil(now + delayMs + ms);
    const calls = [[until(-1), until(0)], [until(1999)], [until(2000)], [until(4000)]];
    rateLimiter.rejectPastDeadline(calls, delayMs);
    expect(calls.map((waiters) => waiters.map(({ finished }) => finished))).toEqual([
      [true, false],
      [true],
      [false],
      [false],
    ]);
    expect(calls[0]?.[0]?.seconds).toBe(Math.ceil(delayMs / 1000));
    expect(calls[1]?.[0]?.seconds).toBe(Math.ceil((delayMs + 2000) / 1000));
  });

  test('are expected to wait for a whole window when calls in flight use the whole quota', () => {
    const { clock, rateLimiter } = createLimiter(1, 1000);
    rateLimiter.start();
    const [late, inTime] = [waiterUntil(clock.now() + 999), waiterUntil(clock.now() + 1000)];
    rateLimiter.rejectPastDeadline([[late, inTime]], rateLimiter.delayMs);
    expect([late.finished, inTime.finished]).toEqual([true, false]);
  });
});

describe('for any sequence of calls, however long each takes', () => {
  const call = fc.record({ pause: fc.nat(400), duration: fc.nat(600), arrival: fc.nat(100) });

  test('no window holds more calls than the quota, wherever between its start and its end each call is counted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(call, { maxLength: 60 }), (calls, wanted) => {
        const { clock, rateLimiter } = createLimiter(calls, 1000);
        const arrivals: number[] = [];
        let open: { readonly at: number; readonly permit: Permit }[] = [];
        const moveTo = (time: number) => {
          for (const { at, permit } of open.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)) {
            clock.tick(Math.max(0, at - clock.now()));
            permit.end(null);
          }
          open = open.filter(({ at }) => at > time);
          clock.tick(Math.max(0, time - clock.now()));
        };
        for (const { pause, duration, arrival } of wanted) {
          moveTo(clock.now() + pause);
          while (rateLimiter.delayMs > 0) {
            const next = rateLimiter.delayMs;
            moveTo(
              next === Number.POSITIVE_INFINITY ? Math.min(...open.map(({ at }) => at)) : clock.now() + next,
            );
          }
          open.push({ at: clock.now() + duration, permit: rateLimiter.start() });
          arrivals.push(clock.now() + (duration * arrival) / 100);
        }
        const most = arrivals.map((to) => arrivals.filter((at) => at > to - 1000 && at <= to).length);
        expect(Math.max(0, ...most)).toBeLessThanOrEqual(calls);
      }),
      { numRuns: CASES },
    );
  });
});
