/**
 * How much work planning is, in looks at the lists of the needs, and in the blocks of merging that run: as with
 * `plan-quality.test.ts`, a change of the planner states its numbers here.
 */
import { describe, expect, test } from 'vitest';
import { createBox } from '../../../src/media/model/need.ts';
import { planCalls } from '../../../src/media/planning/planner.ts';
import { countWork } from '../../support/count-work.ts';
import { CountingSet } from '../../support/counting-set.ts';

const LIMITS = { patients: 1000, visits: 1000, documents: 1000 };

type Lists = Partial<Record<'visits' | 'types' | 'documents', CountingSet<string>>>;

const partsOf = (needs: readonly Lists[]) =>
  needs.map((owner) => ({ owner, box: { ...createBox({}), ...owner } }));

function measure(needs: readonly Lists[], limits: typeof LIMITS) {
  const calls = planCalls(partsOf(needs), limits).length;
  const looks = needs.flatMap(Object.values<CountingSet<string>>).reduce((sum, list) => sum + list.looks, 0);
  return { calls, looksPerNeed: Math.round(looks / needs.length) };
}

const list = (...values: string[]) => new CountingSet(values);
const times = (count: number, needAt: (at: number) => Lists) =>
  Array.from({ length: count }, (_, at) => needAt(at));
/** They differ in both lists: none merge. */
const different = (count: number) =>
  times(count, (at) => ({ visits: list(`v${at}`), types: list(`t${at}`) }));

/** Of three lists of one visit and one of two; none merge. */
const ofTwoLengths = (count: number) => [
  ...different(3 * count),
  ...times(count, (at) => ({ visits: list(`x${at}`, `y${at}`), types: list(`u${at}`) })),
];
const pair = () => times(2, (at) => ({ visits: list(`z${at}`), types: list('z') }));

test.each<[string, readonly Lists[], calls: number, looksPerNeed: number, limits?: typeof LIMITS]>([
  ['one need: once, as its plan can be no better', [{ visits: list('a', 'b') }], 1, 2],
  [
    'needs that become one call: no other order is tried',
    times(30, (at) => ({ visits: list(`v${at % 5}`), types: list(`t${Math.floor(at / 5)}`) })),
    1,
    3,
  ],
  [
    'needs with one list in common, along the other alone',
    times(30, (at) => ({ visits: list(`v${at}`), types: list('t') })),
    1,
    3,
  ],
  ['20 calls, each compared with all, and all of it once more', different(20), 20, 158],
  ['21 calls, once', different(21), 21, 84],
  ['40 calls, each compared with all', different(40), 40, 160],
  ['41 calls, not compared: each list is read once', different(41), 41, 2],
  ['of two lengths: the shorter lists are looked for among the longer ones', ofTwoLengths(50), 200, 4],
  [
    'and two that merge: the others are looked for in that call alone, once more',
    [...ofTwoLengths(50), ...pair()],
    201,
    5,
  ],
  [
    'one call that is cut: its pieces are not planned again',
    times(30, (at) => ({ visits: list(`v${at}`) })),
    3,
    3,
    { ...LIMITS, visits: 10 },
  ],
])('%s', (_, needs, calls, looksPerNeed, limits = LIMITS) => {
  expect(measure(needs, limits)).toEqual({ calls, looksPerNeed });
});

describe('merging', () => {
  const workOf = (needs: readonly Lists[]) =>
    countWork(() => planCalls(partsOf(needs), LIMITS), ['src/media/planning/merge.ts']);

  test('needs that are as broad as each other are not searched for those that others contain', async () => {
    expect(await workOf(different(200))).toBeLessThan(0.9 * (await workOf(ofTwoLengths(50))));
  });

  test('two orders are tried of 200 needs that differ in two lists, and one of 201', async () => {
    const [two, one] = [await workOf(different(200)), await workOf(different(201))];
    expect(two).toBeGreaterThan(1.2 * one);
  });

  test('no order begins with a list that all needs have in common', async () => {
    const common = different(150).map((lists) => ({ ...lists, documents: list('d') }));
    expect(await workOf(common)).toBeLessThan(1.1 * (await workOf(different(150))));
  });
});
