/** For any replies, every need gets its own documents or a typed error, with few calls, and the scheduler recovers afterwards. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RawReply } from '../../../sandbox/sandbox.ts';
import { CASES } from '../../support/cases.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf } from '../../support/core.ts';
import { startTimedCore } from '../../support/timed-core.ts';

const NAMES = namesUpTo(40);
const charts = chartsOf(NAMES);
const ROUNDS = 12;
const LIST = 10;

const FAULTS: readonly (RawReply | undefined)[] = [
  undefined,
  { status: 400 },
  { status: 413 },
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 429 },
  { status: 500 },
  { status: 503 },
  { status: 504 },
  { status: 200, body: '<html>' },
  { status: 200, body: { Meta: { Errors: [{ ID: 1, Text: 'synthetic', Type: 'transmission' }] } } },
];

const CODES = [
  'UPSTREAM_REJECTED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_PROTOCOL',
  'RATE_LIMITED',
];

test('random faults', async () => {
  const faults = fc.array(fc.constantFrom(...FAULTS), { minLength: 1, maxLength: 80 });
  const pauses = fc.array(fc.constantFrom(0, 20, 300, 2000), { minLength: ROUNDS, maxLength: ROUNDS });
  await fc.assert(
    fc.asyncProperty(faults, pauses, async (replies, waits) => {
      const remaining = [...replies];
      await using core = await startTimedCore({
        sandbox: { charts, latencyMs: 10, answer: () => remaining.shift() },
        random: () => 0.5,
      });
      const asked: { readonly name: string; readonly outcome: Promise<string[] | string> }[] = [];
      for (const [round, waitMs] of waits.entries()) {
        for (let at = 0; at < LIST; at++) {
          const name = NAMES[(round * LIST + at) % NAMES.length] ?? '';
          asked.push({ name, outcome: outcomeOf(core.submit(needOf([name]))) });
        }
        await core.pass(waitMs);
      }
      const { result } = await core.finish(Promise.all(asked.map(({ outcome }) => outcome)));
      for (const [at, { name }] of asked.entries()) {
        const outcome = result[at];
        if (typeof outcome === 'string') expect(CODES).toContain(outcome);
        else expect(outcome).toEqual(documentsOf([name]));
      }
      // A list takes one call, or ten calls while only single patients are known to pass; each fault costs at most two more.
      expect(core.redox.callCount).toBeLessThanOrEqual(LIST * ROUNDS + 2 * replies.length);
      expect([core.scheduler.load.callsInFlight, core.scheduler.load.waitingParts.get('general')]).toEqual([
        0, 0,
      ]);
      // After the faults, the scheduler recovers within some time and a few lists.
      remaining.length = 0;
      for (let round = 0; round < 30; round++) {
        await core.finish(Promise.all(NAMES.map((name) => outcomeOf(core.submit(needOf([name]))))));
        await core.pass(2000);
      }
      const calls = await core.countCalls(async () => {
        const outcomes = NAMES.map((name) => outcomeOf(core.submit(needOf([name]))));
        const { result: after } = await core.finish(Promise.all(outcomes));
        expect(after).toEqual(NAMES.map((name) => documentsOf([name])));
      });
      expect(calls).toBe(1);
    }),
    { numRuns: Math.min(CASES, 15) },
  );
}, 120_000);
