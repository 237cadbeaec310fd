/** A destination that leaves open whose its documents are costs needs their answers, but no more than once each. */
import { expect, test } from 'vitest';
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import { needOf, outcomeOf, startCore } from '../../support/core.ts';
import { countWork } from '../../support/count-work.ts';

const PLANNING = ['planner.ts', 'merge.ts', 'cut.ts', 'pairs.ts'].map((name) => `src/media/planning/${name}`);

/** Other documents than those asked for: nothing shows which patients have none. */
const ofOthers: AnswerHook = () => [
  { raw: { Patient: { Identifiers: [{ ID: 'SYN-stranger', IDType: 'MR' }] }, DocumentID: 'other' } },
];

test('needs beyond the budget fail one by one, and those left are not planned anew for each', async () => {
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
  // Every call that is answered plans the rest anew: a hundred times a thousand needs. A plan for each need that fails would be ten times that.
  expect(await workFor(1000)).toBeLessThan(15_000_000);
});
