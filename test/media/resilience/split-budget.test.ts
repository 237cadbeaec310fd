/** What bounds the calls that failures cause, in its own time. */
import { describe, expect, test } from 'vitest';
import { SplitBudget } from '../../../src/media/resilience/split-budget.ts';
import { TokenBucket } from '../../../src/media/resilience/token-bucket.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** How many may be taken at once. */
function drain(bucket: TokenBucket): number {
  let count = 0;
  while (bucket.take()) count += 1;
  return count;
}

/** How many calls may be split at once; `helps`: each of them has a half that is answered. */
function split(budget: SplitBudget, helps: boolean): number {
  let count = 0;
  for (; budget.hasRoom; count += 1) {
    budget.recordSplit();
    if (helps) budget.recordProof();
  }
  return count;
}

test('a bucket has so many at once, and so many a second from then on, never more than it holds', () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ maxTokens: 100, tokensPerSecond: 5 }, clock);
  expect(drain(bucket)).toBe(100);
  clock.tick(199);
  expect(drain(bucket)).toBe(0);
  clock.tick(1);
  expect(drain(bucket)).toBe(1);
  clock.tick(3000);
  expect(drain(bucket)).toBe(15);
  clock.tick(3_600_000);
  bucket.release();
  expect(drain(bucket)).toBe(100);
});

describe('splits of a destination', () => {
  test('that lead to nothing are 32, and one a second', () => {
    const clock = new FakeClock();
    const budget = new SplitBudget(clock);
    expect(split(budget, false)).toBe(32);
    clock.tick(3000);
    expect(split(budget, false)).toBe(3);
  });

  test('that each lead to an answer are 100, and five a second', () => {
    const clock = new FakeClock();
    const budget = new SplitBudget(clock);
    expect(split(budget, true)).toBe(100);
    clock.tick(3000);
    expect(split(budget, true)).toBe(15);
  });
});
