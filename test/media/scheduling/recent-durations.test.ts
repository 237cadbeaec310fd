import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentDurations } from '../../../src/media/scheduling/recent-durations.ts';
import { CASES } from '../../support/cases.ts';

function recorded(durations: readonly number[]): RecentDurations {
  const recent = new RecentDurations();
  for (const ms of durations) recent.record(ms);
  return recent;
}

test('knows nothing at first', () => {
  expect(recorded([]).p99Ms).toBe(0);
});

test('one slow call of a hundred is no rule, two are', () => {
  expect(recorded([...Array(99).fill(50), 30_000]).p99Ms).toBeLessThan(100);
  expect(recorded([...Array(98).fill(50), 30_000, 30_000]).p99Ms).toBeGreaterThanOrEqual(30_000);
});

test('what was slow once is forgotten as other calls come', () => {
  const recent = recorded(Array(200).fill(20_000));
  expect(recent.p99Ms).toBeGreaterThanOrEqual(20_000);
  for (let at = 0; at < 5000; at++) recent.record(50);
  expect(recent.p99Ms).toBeLessThan(100);
});

test('of few calls, is the longest of them, within half as much again', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 300_000, noNaN: true }), { minLength: 1, maxLength: 90 }),
      (all) => {
        const longest = Math.max(...all);
        expect(recorded(all).p99Ms).toBeGreaterThanOrEqual(longest * 0.999);
        expect(recorded(all).p99Ms).toBeLessThanOrEqual(longest * 1.5);
      },
    ),
    { numRuns: CASES },
  );
});
