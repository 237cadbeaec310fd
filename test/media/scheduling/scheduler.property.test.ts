/** Whatever is asked, left, refused or late: every need settles, with exactly its own items or with an error. */
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnswerHook, ParsedQuery } from '../../../sandbox/sandbox.ts';
import { GatewayError } from '../../../src/errors.ts';
import { chartsOf, namesUpTo, needOf, outcomeOf, startCore, type TestCore } from '../../support/core.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(8);
const stranger = chartDocument('stranger', { documentId: 'stranger-a' });
const gone = new GatewayError('OVERLOADED', { retryable: true });

/** `photos` ask for that type only, `all` for all: so every call tells which share it was made for. */
type Share = 'photos' | 'all';
interface Step {
  readonly share: Share;
  readonly names: readonly string[];
  readonly pauseMs: number;
  readonly leavesAfterMs: number | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  share: fc.constantFrom<Share>('photos', 'all'),
  names: fc.subarray(NAMES, { minLength: 1, maxLength: 4 }),
  pauseMs: fc.constantFrom(0, 0, 0, 1, 4),
  leavesAfterMs: fc.option(fc.nat(12), { freq: 3 }),
});
const behaviour = fc.constantFrom(
  ...(['well', 'well', 'well', 'slow', '400', '413', '500', 'nameless', 'strange', 'cut'] as const),
);
type Behaviour = typeof behaviour extends fc.Arbitrary<infer T> ? T : never;

function answerBy(behaviours: readonly Behaviour[], poisonous: string | null): AnswerHook {
  let count = 0;
  return async ({ patients }, documents) => {
    if (patients?.some(([first]) => first?.id === `SYN-${poisonous}`)) return { status: 400 };
    const next = behaviours[count++ % behaviours.length];
    if (next === 'slow') await setTimeout(15);
    if (next === '400' || next === '413' || next === '500') return { status: Number(next) };
    if (next === 'cut') return { status: 200, body: '{"Meta":{},"Media":[' };
    if (next === 'strange') return [stranger, ...documents, stranger];
    if (next !== 'nameless' || patients?.length === 1) return documents;
    return documents.map((document) => ({ ...document, identifiers: [] }));
  };
}

function expectedOf({ share, names }: Step): string[] {
  const perPatient = share === 'all' ? ['a', 'b'] : ['a'];
  return names.flatMap((name) => perPatient.map((letter) => `${name}-${letter}`)).sort();
}

async function perform(core: TestCore, { share, names, leavesAfterMs }: Step): Promise<string[] | string> {
  const ending = new AbortController();
  const load = outcomeOf(
    core
      .openOperation({ share, signal: ending.signal })
      .load(needOf(names, share === 'photos' ? { documentTypes: ['Photo'] } : {})),
  );
  if (leavesAfterMs !== null) void setTimeout(leavesAfterMs).then(() => ending.abort(gone));
  return load;
}

let core: TestCore;
let queries: ParsedQuery[] = [];
const unhandled: unknown[] = [];
beforeAll(async () => {
  process.on('unhandledRejection', (reason) => unhandled.push(reason));
  core = await startCore({
    sandbox: { charts: chartsOf(NAMES), maxRecordedCalls: 10 },
    settings: { REDOX_CONCURRENCY: '3', BATCH_MAX_PATIENTS: '6' },
  });
});
afterAll(async () => {
  await core[Symbol.asyncDispose]();
  expect(unhandled).toEqual([]);
});

/** Plays a scenario; resolves to each step's outcome. Rejects when one does not settle. */
async function play(steps: readonly Step[], answer: AnswerHook): Promise<(string[] | string)[]> {
  queries = [];
  core.redox.answer = (query, documents) => {
    queries.push(query);
    return answer(query, documents);
  };
  const outcomes: Promise<string[] | string>[] = [];
  for (const one of steps) {
    if (one.pauseMs > 0) await setTimeout(one.pauseMs);
    outcomes.push(perform(core, one));
  }
  const settled = { count: 0 };
  for (const outcome of outcomes) void outcome.finally(() => settled.count++).catch(() => {});
  await until(() => settled.count === steps.length, 3000);
  await until(() => core.redox.inFlight === 0, 3000);
  return Promise.all(outcomes);
}

const wellOrError = (outcome: string[] | string, one: Step) =>
  typeof outcome === 'string'
    ? expect(outcome).toMatch(/^(?:UPSTREAM_\w+|OVERLOADED)$/)
    : expect(outcome).toEqual(expectedOf(one));

test('random needs of two shares, random leaving, random faults', { timeout: 30_000 }, async () => {
  const scenario = fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 20 }),
    behaviours: fc.array(behaviour, { minLength: 1, maxLength: 12 }),
    poisonous: fc.option(fc.constantFrom(...NAMES)),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ steps, behaviours, poisonous }) => {
      const outcomes = await play(steps, answerBy(behaviours, poisonous));
      outcomes.forEach((outcome, at) => {
        const one = steps[at];
        if (one === undefined) return;
        wellOrError(outcome, one);
        if (typeof outcome === 'string') return;
        // Each patient came in a call of the need's own share.
        const ofShare = queries.filter(
          ({ documentTypes }) => (documentTypes === null) === (one.share === 'all'),
        );
        const asked = new Set(ofShare.flatMap(({ patients }) => patients?.map(([first]) => first?.id) ?? []));
        expect(one.names.filter((name) => !asked.has(`SYN-${name}`))).toEqual([]);
      });
      const mostCalls = steps.reduce((sum, { names }) => sum + 4 * names.length, 0);
      expect(queries.length).toBeLessThanOrEqual(mostCalls);
    }),
    { numRuns: 200, interruptAfterTimeLimit: 6000 },
  );
});

test('random needs, nobody leaves and nothing fails: all are answered', { timeout: 30_000 }, async () => {
  const patient = step.map((one) => ({ ...one, leavesAfterMs: null }));
  const harmless = fc.constantFrom<Behaviour>('well', 'slow', 'nameless', 'strange');
  await fc.assert(
    fc.asyncProperty(
      fc.array(patient, { minLength: 1, maxLength: 20 }),
      fc.array(harmless, { minLength: 1, maxLength: 6 }),
      async (steps, behaviours) => {
        expect(await play(steps, answerBy(behaviours, null))).toEqual(steps.map(expectedOf));
      },
    ),
    { numRuns: 100, interruptAfterTimeLimit: 4000 },
  );
});
