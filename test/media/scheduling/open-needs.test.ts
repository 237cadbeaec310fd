/**
 * When a destination's items do not show whose they are, needs fail, and the cost of planning stays proportional to their number.
 */
import { expect, test } from 'vitest';
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import { needOf, outcomeOf, startCore } from '../../support/core.ts';
import { countWork } from '../../support/count-work.ts';

const PLANNING = ['planner.ts', 'merge.ts', 'cut.ts', 'pairs.ts'].map((name) => `src/media/planning/${name}`);

/** Replies with documents that were not asked for, so that nothing shows which patients have no documents. */
const ofOthers: AnswerHook = () => [
  { raw: { Patient: { Identifiers: [{ ID: 'SYN-stranger', IDType: 'MR' }] }, DocumentID: 'other' } },
];

test('needs beyond the budget fail one by one, without a new plan for each of them', async () => {
  const workFor = async (count: number) => {
    await using core = await startCore({ sandbox: { charts: [], answer: ofOthers } });
    const needs = Array.from({ length: count }, (_, at) =>
      needOf([`p${at % 50}`], { documentTypes: [`t${at}`], documentIds: [`d${at % 7}`] }),
    );
    return await countWork(async () => {
      const outcomes = await Promise.all(needs.map((need) => outcomeOf(core.submit(need))));
      expect(new Set(outcomes)).toEqual(new Set(['UNATTRIBUTED']));
    }, PLANNING);
  };
  // Each of about a hundred answered calls makes a new plan for up to a thousand needs. A plan for each failed need would be ten
  // times the work.
  expect(await workFor(1000)).toBeLessThan(15_000_000);
});
