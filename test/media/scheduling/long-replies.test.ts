/** A long reply is distributed over several turns of the event loop, while its needs may finish and new needs may come. */
import { expect, test } from 'vitest';
import { createSystemClock } from '../../../src/clock.ts';
import { GatewayError } from '../../../src/errors.ts';
import { type Step, TimeSlices } from '../../../src/time-slices.ts';
import { documentsOf, idsOf, namesUpTo, needOf, outcomeOf, startCore } from '../../support/core.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { until } from '../../support/until.ts';

/** Every time slice is over as soon as it begins; the next one begins when the test calls `runNext`. */
class HeldSlices extends TimeSlices {
  readonly #steps: Step[] = [];

  constructor() {
    super(createSystemClock());
  }

  override get isOver(): boolean {
    return true;
  }

  get waiting(): number {
    return this.#steps.length;
  }

  override next(step: Step): void {
    this.#steps.push(step);
  }

  runNext(): void {
    for (const step of this.#steps.splice(0)) step();
  }
}

const NAMES = namesUpTo(60);
const charts = NAMES.map((name) => chartDocument('p', { documentId: name }));
const all = NAMES.toSorted();
/** Each of these needs is given all documents: 60 × 50 matches take more than one time slice. */
const needs = namesUpTo(50).map((type) => needOf(['p'], { documentTypes: ['Photo', type] }));

async function startDistributing() {
  const slices = new HeldSlices();
  const core = await startCore({ sandbox: { charts }, slices });
  const pending = needs.map((need) => core.submit(need));
  await until(() => slices.waiting === 1);
  return { core, slices, pending };
}

async function finish(slices: HeldSlices, answers: Promise<unknown>): Promise<void> {
  let isOver = false;
  void answers.finally(() => {
    isOver = true;
  });
  await until(() => {
    slices.runNext();
    return isOver;
  });
}

test('all needs of the call are given their documents from this one call', async () => {
  const { core, slices, pending } = await startDistributing();
  await using _ = core;
  expect(core.scheduler.load.callsInFlight).toBe(1);
  const answers = Promise.all(pending.map(outcomeOf));
  await finish(slices, answers);
  expect(new Set((await answers).map(String))).toEqual(new Set([String(all)]));
  expect(core.redox.callCount).toBe(1);
  await until(() => core.scheduler.load.callsInFlight === 0);
  expect(core.observed.outcomes).toEqual(['answered']);
});

test('a need that fails during the distribution keeps its error, and the others are given their documents', async () => {
  const { core, slices, pending } = await startDistributing();
  await using _ = core;
  const [first, ...others] = pending;
  first?.fail(new GatewayError('OVERLOADED'));
  const answers = Promise.all(others.map(outcomeOf));
  await finish(slices, answers);
  expect(new Set((await answers).map(String))).toEqual(new Set([String(all)]));
  expect(first && (await outcomeOf(first))).toBe('OVERLOADED');
});

test('when all needs of the call fail during the distribution, the call ends nevertheless', async () => {
  const { core, slices, pending } = await startDistributing();
  await using _ = core;
  for (const need of pending) need.fail(new GatewayError('OVERLOADED'));
  await until(() => {
    slices.runNext();
    return core.scheduler.load.callsInFlight === 0;
  });
  const later = core.submit(needOf(['p']));
  await finish(slices, later.answer);
  expect(idsOf(await later.answer)).toEqual(all);
});

test('a need that comes during the distribution gets a call of its own', async () => {
  const { core, slices } = await startDistributing();
  await using _ = core;
  const [need] = needs;
  const late = need && core.submit(need);
  await until(() => core.redox.callCount === 2);
  if (late) await finish(slices, late.answer);
  expect(late && (await outcomeOf(late))).toEqual(all);
});

test('a short reply is distributed within one time slice', async () => {
  const slices = new HeldSlices();
  await using core = await startCore({
    sandbox: {
      charts: [chartDocument('p0', { documentId: 'p0-a' }), chartDocument('p0', { documentId: 'p0-b' })],
    },
    slices,
  });
  expect(await outcomeOf(core.submit(needOf(['p0'])))).toEqual(documentsOf(['p0']));
  expect(slices.waiting).toBe(0);
});
