import { expect, test } from 'vitest';
import { SplitBudget } from '../../../src/media/resilience/split-budget.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** How many may be taken at once. */
function drain(budget: SplitBudget): number {
  let count = 0;
  while (budget.take()) count += 1;
  return count;
}

test('has 100 at once, and five more a second, never more than 100', () => {
  const clock = new FakeClock();
  const budget = new SplitBudget(clock);
  expect(drain(budget)).toBe(100);
  clock.tick(199);
  expect(drain(budget)).toBe(0);
  clock.tick(1);
  expect(drain(budget)).toBe(1);
  clock.tick(3000);
  expect(drain(budget)).toBe(15);
  clock.tick(3_600_000);
  expect(drain(budget)).toBe(100);
});
