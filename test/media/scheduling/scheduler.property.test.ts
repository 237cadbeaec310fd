/** For any needs, aborts and faults, every need settles, with exactly its own items or with an error. */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnswerHook, ParsedQuery } from '../../../sandbox/sandbox.ts';
import { GatewayError } from '../../../src/errors.ts';
import { fewerCases } from '../../support/cases.ts';
import { chartsOf, namesUpTo, needOf, outcomeOf, type TestCore } from '../../support/core.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { startTimedCore, type TimedCore } from '../../support/timed-core.ts';

const NAMES = namesUpTo(8);
const stranger = chartDocument('stranger', { documentId: 'stranger-a' });
const gone = new GatewayError('OVERLOADED', { retryable: true });

/** Needs of the batch key `photos` ask for that type only, those of `all` for all types, so that a call shows its batch key. */
type BatchKey = 'photos' | 'all';
interface Step {
  readonly batchKey: BatchKey;
  readonly names: readonly string[];
  /** The turns of the event loop before this step. */
  readonly pause: number;
  /** The turns of the event loop before its operation is aborted; null when it is not. */
  readonly abortsAfter: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  batchKey: fc.constantFrom<BatchKey>('photos', 'all'),
  names: fc.subarray(NAMES, { minLength: 1, maxLength: 4 }),
  pause: fc.constantFrom(0, 0, 0, 2, 8),
  abortsAfter: fc.option(fc.nat(24), { freq: 3 }),
});
const behaviour = fc.constantFrom(
  ...(['well', 'well', 'well', 'slow', '400', '413', '500', 'nameless', 'strange', 'cut'] as const),
);
/** A number of turns of the event loop in which other calls are answered. */
const SLOW_TURNS = 30;

async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}

type Behaviour = typeof behaviour extends fc.Arbitrary<infer T> ? T : never;

function answerBy(behaviours: readonly Behaviour[], poisonous: string | null): AnswerHook {
  let count = 0;
  return async ({ patients }, documents) => {
    if (patients?.some(([first]) => first?.id === `SYN-${poisonous}`)) return { status: 400 };
    const next = behaviours[count++ % behaviours.length];
    if (next === 'slow') await pass(SLOW_TURNS);
    if (next === '400' || next === '413' || next === '500') return { status: Number(next) };
    if (next === 'cut') return { status: 200, body: '{"Meta":{},"Media":[' };
    if (next === 'strange') return [stranger, ...documents, stranger];
    if (next !== 'nameless' || patients?.length === 1) return documents;
    return documents.map((document) => ({ ...document, identifiers: [] }));
  };
}

function expectedOf({ batchKey, names }: Step): string[] {
  const perPatient = batchKey === 'all' ? ['a', 'b'] : ['a'];
  return names.flatMap((name) => perPatient.map((letter) => `${name}-${letter}`)).sort();
}

interface Performance {
  readonly outcome: Promise<string[] | string>;
  /** Resolves when the operation was aborted, or at once when it will not be. */
  readonly aborted: Promise<void>;
}

function perform(core: TestCore, { batchKey, names, abortsAfter }: Step): Performance {
  const ending = new AbortController();
  const outcome = outcomeOf(
    core
      .openOperation({ batchKey, signal: ending.signal })
      .load(needOf(names, batchKey === 'photos' ? { documentTypes: ['Photo'] } : {})),
  );
  const aborted = abortsAfter === null ? Promise.resolve() : pass(abortsAfter).then(() => ending.abort(gone));
  return { outcome, aborted };
}

let queries: ParsedQuery[] = [];
const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  process.on('unhandledRejection', noteUnhandled);
});
afterEach(() => {
  process.off('unhandledRejection', noteUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
});

const start = () =>
  startTimedCore({
    sandbox: { charts: chartsOf(NAMES), maxRecordedCalls: 10 },
    settings: { REDOX_CONCURRENCY: '3', BATCH_MAX_PATIENTS: '6', REDOX_RATE: '1000000/1s' },
  });

/** Plays a scenario. Resolves to the outcome of each step; rejects when a step does not settle. */
async function play(
  core: TimedCore,
  steps: readonly Step[],
  answer: AnswerHook,
): Promise<(string[] | string)[]> {
  // After this time, the budget for isolated needs is full again.
  await core.clock.advance(20_000);
  queries = [];
  core.redox.answer = (query, documents) => {
    queries.push(query);
    return answer(query, documents);
  };
  const performances: Performance[] = [];
  for (const one of steps) {
    await pass(one.pause);
    performances.push(perform(core, one));
  }
  await Promise.all(performances.map(({ aborted }) => aborted));
  const { result } = await core.finish(Promise.all(performances.map(({ outcome }) => outcome)));
  expect(core.callsOnTheWay).toBe(0);
  return result;
}

const wellOrError = (outcome: string[] | string, one: Step) =>
  typeof outcome === 'string'
    ? expect(outcome).toMatch(/^(?:UPSTREAM_\w+|OVERLOADED)$/)
    : expect(outcome).toEqual(expectedOf(one));

test('random needs of two batch keys, random aborts, random faults', async () => {
  await using core = await start();
  let answered = 0;
  const scenario = fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 20 }),
    behaviours: fc.array(behaviour, { minLength: 1, maxLength: 12 }),
    poisonous: fc.option(fc.constantFrom(...NAMES)),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ steps, behaviours, poisonous }) => {
      const outcomes = await play(core, steps, answerBy(behaviours, poisonous));
      outcomes.forEach((outcome, at) => {
        const one = steps[at];
        if (one === undefined) return;
        wellOrError(outcome, one);
        if (typeof outcome === 'string') return;
        answered += 1;
        // Each patient was queried in a call of the need's own batch key.
        const ofBatchKey = queries.filter(
          ({ documentTypes }) => (documentTypes === null) === (one.batchKey === 'all'),
        );
        const asked = new Set(
          ofBatchKey.flatMap(({ patients }) => patients?.map(([first]) => first?.id) ?? []),
        );
        expect(one.names.filter((name) => !asked.has(`SYN-${name}`))).toEqual([]);
      });
      const maxCalls = steps.reduce((sum, { names }) => sum + 4 * names.length, 0);
      expect(queries.length).toBeLessThanOrEqual(maxCalls);
    }),
    { numRuns: fewerCases(3) },
  );
  expect(answered).toBeGreaterThan(fewerCases(12));
});

test('random needs without aborts and faults are all answered', async () => {
  await using core = await start();
  const patient = step.map((one) => ({ ...one, abortsAfter: null }));
  const harmless = fc.constantFrom<Behaviour>('well', 'slow', 'nameless', 'strange');
  await fc.assert(
    fc.asyncProperty(
      fc.array(patient, { minLength: 1, maxLength: 20 }),
      fc.array(harmless, { minLength: 1, maxLength: 6 }),
      async (steps, behaviours) => {
        expect(await play(core, steps, answerBy(behaviours, null))).toEqual(steps.map(expectedOf));
      },
    ),
    { numRuns: fewerCases(3) },
  );
});
