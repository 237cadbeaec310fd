import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentDurations } from '../../../src/media/scheduling/recent-durations.ts';
import { CASES } from '../../support/cases.ts';

function recorded(durations: readonly number[]): RecentDurations {
  const recent = new RecentDurations();
  for (const ms of durations) recent.record(ms);
  return recent;
}

test('the percentile is 0 before the first call', () => {
  expect(recorded([]).p99Ms).toBe(0);
});

test('one slow call in a hundred does not raise the 99th percentile, two do', () => {
  expect(recorded([...Array(99).fill(50), 30_000]).p99Ms).toBeLessThan(100);
  expect(recorded([...Array(98).fill(50), 30_000, 30_000]).p99Ms).toBeGreaterThanOrEqual(30_000);
});

test('slow calls are forgotten after many faster ones', () => {
  const recent = recorded(Array(200).fill(20_000));
  expect(recent.p99Ms).toBeGreaterThanOrEqual(20_000);
  for (let at = 0; at < 5000; at++) recent.record(50);
  expect(recent.p99Ms).toBeLessThan(100);
});

test('with fewer than a hundred calls, the percentile is the longest duration, rounded up by less than 50 %', () => {
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
