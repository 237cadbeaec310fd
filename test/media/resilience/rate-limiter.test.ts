/** The quota, in its own time: what it lets go when. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RateLimiter } from '../../../src/media/resilience/rate-limiter.ts';
import type { Permit } from '../../../src/media/resilience/shared-quota.ts';
import { CASES } from '../../support/cases.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function createGovernor(calls: number, windowMs: number) {
  const clock = new FakeClock();
  return { clock, rateLimiter: new RateLimiter({ calls, windowMs }, clock) };
}

/** Starts and ends a call as soon as it may; resolves to how long it had to wait. */
function callWhenDue(rateLimiter: RateLimiter, clock: FakeClock): number {
  const { delayMs } = rateLimiter;
  clock.tick(delayMs);
  expect(rateLimiter.delayMs).toBe(0);
  rateLimiter.start().end();
  return delayMs;
}

test('lets calls go freely up to half the quota, then one a share of the window, and starts anew after a window', () => {
  const { clock, rateLimiter } = createGovernor(10, 1000);
  const waits = Array.from({ length: 10 }, () => callWhenDue(rateLimiter, clock));
  expect(waits).toEqual([0, 0, 0, 0, 0, 100, 100, 100, 100, 100]);
  // The first five are as old as the window only now.
  expect(rateLimiter.delayMs).toBe(500);
  clock.tick(2000);
  expect(Array.from({ length: 5 }, () => callWhenDue(rateLimiter, clock))).toEqual([0, 0, 0, 0, 0]);
});

test('spaces calls by no more than a quarter of a second while the quota has room, however few a minute it grants', () => {
  const { clock, rateLimiter } = createGovernor(4, 60_000);
  expect(Array.from({ length: 4 }, () => callWhenDue(rateLimiter, clock))).toEqual([0, 0, 250, 250]);
  expect(rateLimiter.delayMs).toBe(59_500);
});

test('counts a call until a window after its end: Redox may have counted it that late', () => {
  const { clock, rateLimiter } = createGovernor(1, 1000);
  const permit = rateLimiter.start();
  expect(rateLimiter.delayMs).toBe(Number.POSITIVE_INFINITY);
  clock.tick(5000);
  expect(rateLimiter.delayMs).toBe(Number.POSITIVE_INFINITY);
  permit.end();
  expect(rateLimiter.delayMs).toBe(1000);
  clock.tick(999);
  expect(rateLimiter.delayMs).toBe(1);
  clock.tick(1);
  expect(rateLimiter.delayMs).toBe(0);
});

test('remembers no more than a window of calls, however many there were', () => {
  const { clock, rateLimiter } = createGovernor(100, 1000);
  for (let at = 0; at < 5000; at++) callWhenDue(rateLimiter, clock);
  clock.tick(1000);
  expect(rateLimiter.delayMs).toBe(0);
});

describe('whatever calls are made, and however long they take', () => {
  const call = fc.record({ pause: fc.nat(400), duration: fc.nat(600), arrival: fc.nat(100) });

  test('no window ever holds more than the quota, counted anywhere between start and end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(call, { maxLength: 60 }), (calls, wanted) => {
        const { clock, rateLimiter } = createGovernor(calls, 1000);
        const arrivals: number[] = [];
        let open: { readonly at: number; readonly permit: Permit }[] = [];
        const moveTo = (time: number) => {
          for (const { at, permit } of open.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)) {
            clock.tick(Math.max(0, at - clock.now()));
            permit.end();
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
