/** Figure P2: whatever is asked, the merged plan brings what one call per need would, in no more calls. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boxContains, boxKey, toMediaQuery } from '../../../src/media/model/box.ts';
import { itemKey, uniteLists } from '../../../src/media/model/item.ts';
import { LIMITED, type Limits, type PlannedCall } from '../../../src/media/planning/plan.ts';
import { planCalls } from '../../../src/media/planning/planner.ts';
import type { Item } from '../../../src/redox/messages.ts';
import { CASES } from '../../support/cases.ts';
import { distributeAtOnce } from '../../support/distribute.ts';
import { answerQuery, charts, needs, type RandomNeed, satisfies, truePairs } from '../random-charts.ts';

const UNLIMITED: Limits = { patients: 1000, visits: 1000, documents: 1000 };
const limits = fc.record({
  patients: fc.integer({ min: 1, max: 6 }),
  visits: fc.integer({ min: 1, max: 6 }),
  documents: fc.integer({ min: 1, max: 6 }),
});

const plan = (asked: readonly RandomNeed[], within: Limits) =>
  planCalls(
    asked.map((owner) => ({ owner, box: owner.box })),
    within,
  );

const isFullyStated = (item: Item) =>
  item.visitNumber !== null && item.documentType !== null && item.documentId !== null;

/** Runs a plan against a truthful Redox: what each need gets, by a call of its own where items leave open what it gets. */
function runPlan(
  calls: readonly PlannedCall<RandomNeed>[],
  chart: readonly Item[],
): Map<RandomNeed, readonly Item[]> {
  const answers = new Map<RandomNeed, Item[][]>();
  const open = new Set<RandomNeed>();
  for (const { box, parts } of calls) {
    const asked = [...new Set(parts.map(({ owner }) => owner))];
    const items = answerQuery(chart, toMediaQuery(box));
    for (const [need, result] of distributeAtOnce({ items, unreadable: 0 }, asked, box).results) {
      if (result.settlement !== 'settled') {
        expect(items.every(isFullyStated)).toBe(false);
        open.add(need);
      }
      answers.set(need, [...(answers.get(need) ?? []), result.items]);
    }
  }
  const alone = [...open].map((need) => [need, askAlone(need, chart)] as const);
  return new Map([...[...answers].map(([need, lists]) => [need, [...uniteLists(lists)]] as const), ...alone]);
}

function askAlone(need: RandomNeed, chart: readonly Item[]): readonly Item[] {
  const items = answerQuery(chart, toMediaQuery(need.box));
  const result = distributeAtOnce({ items, unreadable: 0 }, [need], need.box).results.get(need);
  expect(result?.settlement).toBe('settled');
  return result?.items ?? [];
}

function expectWithinLimits(calls: readonly PlannedCall<RandomNeed>[], within: Limits): void {
  for (const { box, parts } of calls) {
    for (const dimension of LIMITED) {
      const values = box[dimension];
      if (values !== 'all') expect(values.size).toBeLessThanOrEqual(within[dimension]);
    }
    expect(parts.every((one) => boxContains(box, one.box))).toBe(true);
  }
}

const keysOf = (items: readonly Item[]) => items.map(itemKey).sort();

describe('a merged plan', () => {
  test('answers every need exactly, within the limits, in no more calls than needs alone would take', () => {
    fc.assert(
      fc.property(charts, needs, limits, (chart, asked, within) => {
        const calls = plan(asked, within);
        const answers = runPlan(calls, chart);
        for (const need of asked) {
          const expected = chart.filter((one) => satisfies(one, need.lists));
          expect(keysOf(answers.get(need) ?? [])).toEqual(keysOf(expected));
        }
        const alone = asked.reduce((sum, need) => sum + plan([need], within).length, 0);
        expect(calls.length).toBeLessThanOrEqual(alone);
        expectWithinLimits(calls, within);
      }),
      { numRuns: CASES },
    );
  });

  test('fetches nothing that no need asked for, but for cross pairs of patients and visits', () => {
    fc.assert(
      fc.property(charts, needs, (chart, asked) => {
        for (const { box } of plan(asked, UNLIMITED)) {
          const isPair = box.patients !== 'all' && box.visits !== 'all';
          const fetched = answerQuery(chart, toMediaQuery(box));
          const extra = fetched.filter((one) => !asked.some((need) => satisfies(one, need.lists)));
          if (!isPair) expect(extra).toEqual([]);
        }
      }),
      { numRuns: CASES },
    );
  });

  test('of true pairs of patients and visits is one call, and fetches nothing that was not asked for', () => {
    fc.assert(
      fc.property(charts, truePairs, (chart, asked) => {
        const calls = plan(asked, UNLIMITED);
        expect(calls).toHaveLength(1);
        for (const { box } of calls) {
          for (const one of answerQuery(chart, toMediaQuery(box))) {
            expect(asked.some((need) => satisfies(one, need.lists))).toBe(true);
          }
        }
      }),
      { numRuns: CASES },
    );
  });

  test('fetches no document twice', () => {
    fc.assert(
      fc.property(charts, needs, (chart, asked) => {
        // A person under two identifiers stays two patients: only then may a document come twice.
        const oneIdentifierEach = asked.filter(({ lists }) =>
          (lists.patients ?? []).every(
            (identifiers) => identifiers.length === 1 && identifiers[0]?.idType === 'MR',
          ),
        );
        const patientNeeds = oneIdentifierEach.filter(({ lists }) => lists.patients && !lists.visitNumbers);
        const fetched = plan(patientNeeds, UNLIMITED).flatMap(({ box }) =>
          answerQuery(chart, toMediaQuery(box)),
        );
        const contained = patientNeeds.every(({ lists }) => !lists.documentIds);
        if (contained) expect(new Set(fetched).size).toBe(fetched.length);
      }),
      { numRuns: CASES },
    );
  });

  test('does not depend on the order of the needs', () => {
    const boxesOf = (calls: readonly PlannedCall<RandomNeed>[]) => calls.map(({ box }) => boxKey(box)).sort();
    fc.assert(
      fc.property(
        needs.chain((asked) =>
          fc.tuple(fc.constant(asked), fc.shuffledSubarray(asked, { minLength: asked.length })),
        ),
        ([asked, shuffled]) => {
          expect(boxesOf(plan(shuffled, UNLIMITED))).toEqual(boxesOf(plan(asked, UNLIMITED)));
        },
      ),
      { numRuns: CASES },
    );
  });

  test('is no shorter when its calls are planned again', () => {
    fc.assert(
      fc.property(needs, (asked) => {
        const calls = plan(asked, UNLIMITED);
        const again = planCalls(
          calls.map(({ box }) => ({ box, owner: null })),
          UNLIMITED,
        );
        expect(again.map(({ box }) => boxKey(box)).sort()).toEqual(
          calls.map(({ box }) => boxKey(box)).sort(),
        );
      }),
      { numRuns: CASES },
    );
  });
});
