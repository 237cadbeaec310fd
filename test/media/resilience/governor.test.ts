/** The quota, in its own time: what it lets go when. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QuotaGovernor } from '../../../src/media/resilience/governor.ts';
import type { Permit } from '../../../src/media/resilience/shared-quota.ts';
import { CASES } from '../../support/cases.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function createGovernor(calls: number, windowMs: number) {
  const clock = new FakeClock();
  return { clock, governor: new QuotaGovernor({ calls, windowMs }, clock) };
}

/** Starts and ends a call as soon as it may; resolves to how long it had to wait. */
function callWhenDue(governor: QuotaGovernor, clock: FakeClock): number {
  const { delayMs } = governor;
  clock.tick(delayMs);
  expect(governor.delayMs).toBe(0);
  governor.start().end();
  return delayMs;
}

test('lets calls go freely up to half the quota, then one a share of the window, and starts anew after a window', () => {
  const { clock, governor } = createGovernor(10, 1000);
  const waits = Array.from({ length: 10 }, () => callWhenDue(governor, clock));
  expect(waits).toEqual([0, 0, 0, 0, 0, 100, 100, 100, 100, 100]);
  // The first five are as old as the window only now.
  expect(governor.delayMs).toBe(500);
  clock.tick(2000);
  expect(Array.from({ length: 5 }, () => callWhenDue(governor, clock))).toEqual([0, 0, 0, 0, 0]);
});

test('spaces calls by no more than a quarter of a second while the quota has room, however few a minute it grants', () => {
  const { clock, governor } = createGovernor(4, 60_000);
  expect(Array.from({ length: 4 }, () => callWhenDue(governor, clock))).toEqual([0, 0, 250, 250]);
  expect(governor.delayMs).toBe(59_500);
});

test('counts a call until a window after its end: Redox may have counted it that late', () => {
  const { clock, governor } = createGovernor(1, 1000);
  const permit = governor.start();
  expect(governor.delayMs).toBe(Number.POSITIVE_INFINITY);
  clock.tick(5000);
  expect(governor.delayMs).toBe(Number.POSITIVE_INFINITY);
  permit.end();
  expect(governor.delayMs).toBe(1000);
  clock.tick(999);
  expect(governor.delayMs).toBe(1);
  clock.tick(1);
  expect(governor.delayMs).toBe(0);
});

test('remembers no more than a window of calls, however many there were', () => {
  const { clock, governor } = createGovernor(100, 1000);
  for (let at = 0; at < 5000; at++) callWhenDue(governor, clock);
  clock.tick(1000);
  expect(governor.delayMs).toBe(0);
});

describe('whatever calls are made, and however long they take', () => {
  const call = fc.record({ pause: fc.nat(400), duration: fc.nat(600), arrival: fc.nat(100) });

  test('no window ever holds more than the quota, counted anywhere between start and end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(call, { maxLength: 60 }), (calls, wanted) => {
        const { clock, governor } = createGovernor(calls, 1000);
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
          while (governor.delayMs > 0) {
            const next = governor.delayMs;
            moveTo(
              next === Number.POSITIVE_INFINITY ? Math.min(...open.map(({ at }) => at)) : clock.now() + next,
            );
          }
          open.push({ at: clock.now() + duration, permit: governor.start() });
          arrivals.push(clock.now() + (duration * arrival) / 100);
        }
        const most = arrivals.map((to) => arrivals.filter((at) => at > to - 1000 && at <= to).length);
        expect(Math.max(0, ...most)).toBeLessThanOrEqual(calls);
      }),
      { numRuns: CASES },
    );
  });
});
