/**
 * How good plans are, over a fixed sample of needs: how many calls they take, and how much those may fetch. Better is as
 * welcome as worse is not: a change of the planner states its numbers here.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, DIMENSIONS } from '../../../src/media/model/box.ts';
import { createBox } from '../../../src/media/model/need.ts';
import type { Limits, PlannedCall } from '../../../src/media/planning/plan.ts';
import { planCalls } from '../../../src/media/planning/planner.ts';
import { needs } from '../random-charts.ts';

const UNLIMITED: Limits = { patients: 1000, visits: 1000, documents: 1000 };

/** What the lists of a box multiply to: all patients, visits and documents of a list count as one. */
const volumeOf = (box: Box) =>
  DIMENSIONS.reduce((product, dimension) => {
    const values = box[dimension];
    return product * (values === 'all' ? 1 : values.size);
  }, 1);

function measure(samples: readonly (readonly Box[])[], limits = UNLIMITED) {
  let [calls, volume, parts] = [0, 0, 0];
  for (const boxes of samples) {
    const plan: readonly PlannedCall<Box>[] = planCalls(
      boxes.map((box) => ({ box, owner: box })),
      limits,
    );
    calls += plan.length;
    volume += plan.reduce((sum, { box }) => sum + volumeOf(box), 0);
    parts += plan.reduce((sum, call) => sum + call.parts.length, 0);
  }
  return { calls, volume, parts };
}

const draw = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number) => fc.sample(arbitrary, { seed: 417, numRuns });

/** Boxes with few different lists in each dimension, so that the order in which they are merged matters. */
const letters = (all: string) =>
  fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 2 }).map((list) => list.toSorted());
const alike = fc.array(
  fc
    .record({ ids: letters('1234'), documentTypes: letters('ABC'), documentIds: letters('xyz') })
    .map(({ ids, ...lists }) => createBox({ patients: ids.map((id) => [{ id, idType: 'MR' }]), ...lists })),
  { minLength: 2, maxLength: 16 },
);

test('needs of all shapes', () => {
  const samples = draw(needs, 300).map((sample) => sample.map(({ box }) => box));
  expect(measure(samples)).toEqual({ calls: 606, volume: 3554, parts: 1652 });
  expect(measure(samples, { patients: 2, visits: 2, documents: 2 })).toEqual({
    calls: 1396,
    volume: 3145,
    parts: 2199,
  });
});

test('needs of one shape, which merge in many ways', () => {
  expect(measure(draw(alike, 300))).toEqual({ calls: 1580, volume: 5396, parts: 3093 });
});

/** Beyond the bounds of work (MAX_BOXES_TO_REORDER, MAX_CALLS_TO_COMPARE, MAX_CALLS_TO_IMPROVE) one order of merging must do. */
test('more needs than are planned in every order', () => {
  const range = (length: number) => Array.from({ length }, (_, at) => String(at));
  const one = (length: number) => fc.constantFrom(...range(length)).map((value) => [value]);
  const sparse = (patients: number, types: number, documents: number) =>
    fc.array(
      fc
        .record({ ids: one(patients), documentTypes: one(types), documentIds: one(documents) })
        .map(({ ids, ...lists }) =>
          createBox({ patients: ids.map((id) => [{ id, idType: 'MR' }]), ...lists }),
        ),
      { minLength: 260, maxLength: 260 },
    );
  const measured = [sparse(40, 3, 3), sparse(3, 40, 3), sparse(3, 3, 40), sparse(12, 8, 5)].map((boxes) =>
    measure(draw(boxes, 4)),
  );
  expect(measured).toEqual([
    { calls: 36, volume: 753, parts: 1040 },
    { calls: 36, volume: 748, parts: 1040 },
    { calls: 36, volume: 733, parts: 1040 },
    { calls: 160, volume: 814, parts: 1040 },
  ]);
});

/** Each call is compared with every other: one more than MAX_CALLS_TO_COMPARE are left as they are. */
test.each([
  ['40 calls', 0, { calls: 40, volume: 20 * (4 + 1), parts: 60 }],
  ['41 calls', 1, { calls: 41, volume: 20 * (4 + 3) + 1, parts: 41 }],
])('%s of which each second one fetches two thirds of what its neighbour does', (_, others, expected) => {
  const boxOf = (names: string[], documentTypes: string[]) =>
    createBox({ patients: names.map((id) => [{ id, idType: 'MR' }]), documentTypes });
  const pairs = Array.from({ length: 20 }, (_, at) => [
    boxOf([`p${at}`, `q${at}`], [`t${at}`, `u${at}`]),
    boxOf([`p${at}`], [`t${at}`, `u${at}`, `v${at}`]),
  ]);
  const rest = Array.from({ length: others }, (_, at) => boxOf([`r${at}`], [`w${at}`]));
  expect(measure([[...pairs.flat(), ...rest]])).toEqual(expected);
});
