/** The quota, in its own time: what it lets go when. */
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

/** Starts and ends a call as soon as it may; resolves to how long it had to wait. */
function callWhenDue(rateLimiter: RateLimiter, clock: FakeClock): number {
  const { delayMs } = rateLimiter;
  clock.tick(delayMs);
  expect(rateLimiter.delayMs).toBe(0);
  rateLimiter.start().end(null);
  return delayMs;
}

test('lets calls go freely up to half the quota, then one a share of the window, and starts anew after a window', () => {
  const { clock, rateLimiter } = createLimiter(10, 1000);
  const waits = Array.from({ length: 10 }, () => callWhenDue(rateLimiter, clock));
  expect(waits).toEqual([0, 0, 0, 0, 0, 100, 100, 100, 100, 100]);
  // The first five are as old as the window only now.
  expect(rateLimiter.delayMs).toBe(500);
  clock.tick(2000);
  expect(Array.from({ length: 5 }, () => callWhenDue(rateLimiter, clock))).toEqual([0, 0, 0, 0, 0]);
});

test('has plenty below a quarter of the quota, and not while a 429 still slows it down', () => {
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

test('spaces calls by no more than a quarter of a second while the quota has room, however few a minute it grants', () => {
  const { clock, rateLimiter } = createLimiter(4, 60_000);
  expect(Array.from({ length: 4 }, () => callWhenDue(rateLimiter, clock))).toEqual([0, 0, 250, 250]);
  expect(rateLimiter.delayMs).toBe(59_500);
});

test.each([
  ['7500/300s', 7500, 300_000],
  ['400/20s', 400, 20_000],
])('a quota of %s is all used, and never used up before places come free again', (_, calls, windowMs) => {
  const { clock, rateLimiter } = createLimiter(calls, windowMs);
  const begun = clock.now();
  const waits = Array.from({ length: 3 * calls }, () => callWhenDue(rateLimiter, clock));
  // A quarter of the calls over what remains of the window is three times as far apart as all of them over all of it.
  expect(Math.max(...waits)).toBeLessThanOrEqual((4 * windowMs) / calls);
  expect(clock.now() - begun).toBeLessThanOrEqual(3 * windowMs);
});

test('what is left of a small quota, or of a short window, is not kept', () => {
  const { clock, rateLimiter } = createLimiter(31, 60_000);
  expect(Math.max(...Array.from({ length: 31 }, () => callWhenDue(rateLimiter, clock)))).toBe(250);
  const short = createLimiter(32, 9999);
  const waits = Array.from({ length: 32 }, () => callWhenDue(short.rateLimiter, short.clock));
  expect(Math.max(...waits)).toBe(250);
});

test('counts a call until a window after its end: Redox may have counted it that late', () => {
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

test('remembers no more than a window of calls, however many there were', () => {
  const { clock, rateLimiter } = createLimiter(100, 1000);
  for (let at = 0; at < 5000; at++) callWhenDue(rateLimiter, clock);
  clock.tick(1000);
  expect(rateLimiter.delayMs).toBe(0);
});

test('a refused call slows down all calls; any other response, of a failed call too, lets them be', () => {
  const { clock, rateLimiter } = createLimiter(1000, 10_000);
  rateLimiter.start().end(new RedoxError('UPSTREAM_UNAVAILABLE', { status: 503 }));
  expect(rateLimiter.delayMs).toBe(0);
  rateLimiter.start().end(new RedoxError('RATE_LIMITED', { status: 429, retryAfterSeconds: 1 }));
  const { delayMs } = rateLimiter;
  expect(delayMs).toBeGreaterThan(200);
  clock.tick(delayMs);
  expect(rateLimiter.delayMs).toBe(0);
});

describe('waiters whose deadline comes before their call may start', () => {
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

  test('are rejected at once, and told when theirs would have started; calls left without any take no time', () => {
    const { clock, rateLimiter } = createLimiter(2, 4000);
    for (let at = 0; at < 2; at++) callWhenDue(rateLimiter, clock);
    const now = clock.now();
    const { delayMs } = rateLimiter;
    // The first may start after `delayMs`, the next ones two seconds apart.
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

  test('are judged by a whole window where calls in flight have used the quota up', () => {
    const { clock, rateLimiter } = createLimiter(1, 1000);
    rateLimiter.start();
    const [late, inTime] = [waiterUntil(clock.now() + 999), waiterUntil(clock.now() + 1000)];
    rateLimiter.rejectPastDeadline([[late, inTime]], rateLimiter.delayMs);
    expect([late.finished, inTime.finished]).toEqual([true, false]);
  });
});

describe('whatever calls are made, and however long they take', () => {
  const call = fc.record({ pause: fc.nat(400), duration: fc.nat(600), arrival: fc.nat(100) });

  test('no window ever holds more than the quota, counted anywhere between start and end', () => {
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
