/** Thousands of needs that fail together fail a few hundred at a time: others go on in between. */
import { expect, test } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import { failuresOf } from '../../src/media/loading.ts';
import { OperationSlices } from '../../src/operation-slices.ts';
import { type Step, TimeSlices } from '../../src/time-slices.ts';

class HeldSlices extends TimeSlices {
  readonly steps: Step[] = [];

  override next(step: Step): void {
    this.steps.push(step);
  }
}

test('some fail at once, the others when it is their turn, all with the same error', async () => {
  const slices = new HeldSlices(createSystemClock());
  const error = new Error('too large');
  const failures = [...failuresOf(error, 1000, new OperationSlices(slices))];
  expect(failures).toHaveLength(1000);
  let count = 0;
  for (const { result } of failures) {
    result.catch((reason: unknown) => {
      expect(reason).toBe(error);
      count += 1;
    });
  }
  const counts: number[] = [];
  for (const step of [() => undefined, ...slices.steps]) {
    step();
    await new Promise(setImmediate);
    counts.push(count);
  }
  expect(counts).toEqual([250, 500, 750, 1000]);
});

test('without time slices, all fail at once', async () => {
  const failures = [...failuresOf(new Error('too large'), 1000, undefined)];
  expect(new Set(failures).size).toBe(1);
  await expect(failures[0]?.result).rejects.toThrow('too large');
});
