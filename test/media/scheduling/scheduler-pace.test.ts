/** Performance target N10: when the quota is smaller than configured, it is found and used, with few refusals and no failures. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import { CASES } from '../../support/cases.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf } from '../../support/core.ts';
import { startTimedCore, type TimedCore } from '../../support/timed-core.ts';

const NAMES = namesUpTo(40);
const charts = chartsOf(NAMES);
const MATCHING = '25/1s';
const DEFAULT = '7500/300s';

/** Refuses calls beyond 25 in a rolling window of a second. */
function refusingAbove25(now: () => number): AnswerHook {
  const taken: number[] = [];
  return () => {
    while ((taken[0] ?? now()) + 1000 <= now()) taken.shift();
    if (taken.length >= 25) return { status: 429, headers: { 'retry-after': '1' } };
    taken.push(now());
    return undefined;
  };
}

function startStrict(rate: string): Promise<TimedCore> {
  return startTimedCore({ sandbox: { charts, latencyMs: 50 }, settings: { REDOX_RATE: rate } });
}

/**
 * Runs forty clients that each query one patient again as soon as they are answered. Resolves to the counts of answers and calls.
 */
async function serve(core: TimedCore, seconds: number) {
  const end = core.clock.now() + seconds * 1000;
  let answered = 0;
  const failed: unknown[] = [];
  const client = async (name: string, at: number) => {
    // Clients of eight different rights share no calls, so that they need more calls than the quota allows.
    const batchKey = `rights ${at % 8}`;
    while (core.clock.now() < end) {
      const outcome = await outcomeOf(
        core.submit(needOf([name]), { batchKey, deadline: core.clock.now() + 90_000 }),
      );
      if (typeof outcome === 'string') failed.push(outcome);
      else answered += 1;
    }
  };
  const before = core.redox.calls.length;
  await core.finish(Promise.all(NAMES.map(client)));
  const calls = core.redox.calls.slice(before);
  return {
    answered,
    failed,
    calls: calls.length,
    refused: calls.filter(({ status }) => status === 429).length,
  };
}

test('the default quota, with an upstream that allows 25 calls a second', { timeout: 60_000 }, async () => {
  await using matching = await startStrict(MATCHING);
  matching.redox.answer = refusingAbove25(() => matching.clock.now());
  const best = await serve(matching, 20);
  await using strict = await startStrict(DEFAULT);
  strict.redox.answer = refusingAbove25(() => strict.clock.now());
  const first = await serve(strict, 10);
  expect(first.failed).toEqual([]);
  expect(first.refused).toBeGreaterThan(0);
  const later = await serve(strict, 20);
  expect(later.failed).toEqual([]);
  expect(later.answered).toBeGreaterThanOrEqual(0.9 * best.answered);
  expect(first.refused + later.refused).toBeLessThanOrEqual(0.05 * (first.calls + later.calls));
});

describe('for any sequence of refused calls', () => {
  test('every need is answered with its own documents or fails as RATE_LIMITED', async () => {
    const pattern = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
    const pauses = fc.constantFrom<string | undefined>(undefined, '0', '1', '2', 'soon', '315360000');
    await fc.assert(
      fc.asyncProperty(pattern, pauses, async (refused, pause) => {
        let at = 0;
        const headers = pause === undefined ? {} : { 'retry-after': pause };
        const answer: AnswerHook = () => (refused[at++] ? { status: 429, headers } : undefined);
        await using core = await startTimedCore({ sandbox: { charts, latencyMs: 5, answer } });
        const names = NAMES.slice(0, 6);
        const asked: Promise<string[] | string>[] = [];
        for (const name of names) {
          asked.push(outcomeOf(core.submit(needOf([name]))));
          await core.pass(20);
        }
        const { result } = await core.finish(Promise.all(asked));
        for (const [index, name] of names.entries()) {
          expect([documentsOf([name]), 'RATE_LIMITED']).toContainEqual(result[index]);
        }
        // A pause that is longer than any need can wait is honoured only after three more refusals in a row.
        if (!refused.join().includes('true,true,true,true')) expect(result).not.toContain('RATE_LIMITED');
      }),
      { numRuns: Math.min(CASES, 200) },
    );
  }, 120_000);
});
