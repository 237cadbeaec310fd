/**
 * The number of patients that a destination accepts in a call is learned from refusals, kept, and tested again at long intervals.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  chartsOf,
  documentsOf,
  namesUpTo,
  needOf,
  outcomeOf,
  startCore,
  type TestCore,
} from '../../support/core.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Gate, holdAnswers } from '../../support/gate.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(250);
const charts = chartsOf(NAMES);
const TEN_MINUTES = 10 * 60_000;

/** Runs an operation that must succeed, with each patient in a need of its own. Resolves to the numbers of calls and refusals. */
async function operate(core: TestCore, count: number): Promise<{ calls: number; refused: number }> {
  const names = NAMES.slice(0, count);
  const before = core.redox.calls.length;
  const operation = core.openOperation({ maxCalls: 100 });
  const outcomes = await Promise.all(names.map((name) => outcomeOf(operation.load(needOf([name])))));
  expect(outcomes).toEqual(names.map((name) => documentsOf([name])));
  const calls = core.redox.calls.slice(before);
  return { calls: calls.length, refused: calls.filter(({ status }) => status !== 200).length };
}

async function operateTimes(core: TestCore, count: number, times: number) {
  const costs: { calls: number; refused: number }[] = [];
  for (let time = 0; time < times; time++) costs.push(await operate(core, count));
  return costs;
}

describe.each([1, 3, 5, 7, 10, 50])(
  'the limit of a destination that accepts %i patients in a call',
  (limit) => {
    test.each([20, 64, 100])('is learned from operations for %i patients', async (count) => {
      await using core = await startCore({ sandbox: { charts, maxPatientsPerQuery: limit } });
      const best = Math.ceil(count / limit);
      await operate(core, count);
      const second = await operate(core, count);
      expect(second.calls).toBeLessThanOrEqual(1.5 * best);
      expect(second.refused).toBeLessThanOrEqual(1);
      for (const cost of await operateTimes(core, count, 4)) expect(cost.refused).toBeLessThanOrEqual(1);
      expect(await operateTimes(core, count, 3)).toEqual(Array(3).fill({ calls: best, refused: 0 }));
    });
  },
);

describe('once a limit of 7 patients is learned', () => {
  let core: TestCore;
  let clock: FakeClock;
  beforeAll(async () => {
    clock = new FakeClock();
    core = await startCore({ sandbox: { charts }, clock });
  });
  afterAll(() => core[Symbol.asyncDispose]());
  beforeEach(async () => {
    core.redox.maxPatientsPerQuery = 7;
    await clock.advance(TEN_MINUTES + 1);
    await operateTimes(core, 100, 12);
    expect(await operate(core, 100)).toEqual({ calls: 15, refused: 0 });
  });

  test('a longer call is tested after ten minutes, once, at the cost of one refusal', async () => {
    await clock.advance(TEN_MINUTES + 1);
    expect((await operate(core, 100)).refused).toBe(1);
    expect(await operateTimes(core, 100, 10)).toEqual(Array(10).fill({ calls: 15, refused: 0 }));
  });

  test('and the destination accepts more, calls grow back to the full length without a refusal', async () => {
    core.redox.maxPatientsPerQuery = Number.POSITIVE_INFINITY;
    expect(await operate(core, 100)).toEqual({ calls: 15, refused: 0 });
    await clock.advance(TEN_MINUTES + 1);
    const costs = await operateTimes(core, 100, 8);
    expect(costs.every(({ refused }) => refused === 0)).toBe(true);
    expect(costs.at(-1)).toEqual({ calls: 1, refused: 0 });
    // The full length is proven: two such calls may be in flight at once.
    using gate = holdAnswers(core.redox);
    const operation = operate(core, 200);
    await until(() => core.redox.inFlight === 2);
    gate.open();
    core.redox.answer = undefined;
    expect(await operation).toEqual({ calls: 2, refused: 0 });
  });

  test('and the destination accepts fewer, the new limit is learned as quickly as the first one', async () => {
    core.redox.maxPatientsPerQuery = 2;
    await operate(core, 100);
    const second = await operate(core, 100);
    expect(second.refused).toBeLessThanOrEqual(1);
    expect(second.calls).toBeLessThanOrEqual(75);
    await operateTimes(core, 100, 3);
    expect(await operate(core, 100)).toEqual({ calls: 50, refused: 0 });
  });
});

test('longer calls are tested after ten minutes even when the destination is never idle', async () => {
  const clock = new FakeClock();
  const [anHour, more] = ['3600000', '3700000'];
  await using core = await startCore({
    clock,
    settings: { REDOX_TIMEOUT_MS: anHour, OPERATION_TIMEOUT_MS: more },
    sandbox: { charts, maxPatientsPerQuery: 7 },
  });
  await operateTimes(core, 100, 12);
  await clock.advance(TEN_MINUTES + 1);
  using gate = new Gate();
  core.redox.answer = ({ patients }) =>
    patients?.[0]?.[0]?.id === 'SYN-p200' ? gate.passed.then(() => undefined) : undefined;
  const busy = outcomeOf(core.submit(needOf(['p200']), { batchKey: 'busy' }));
  await until(() => core.redox.inFlight === 1);
  // After a refused test, no other test is made while the destination is not idle.
  expect((await operate(core, 100)).refused).toBe(1);
  expect(await operateTimes(core, 100, 3)).toEqual(Array(3).fill({ calls: 15, refused: 0 }));
  core.redox.maxPatientsPerQuery = Number.POSITIVE_INFINITY;
  await clock.advance(TEN_MINUTES + 1);
  expect((await operateTimes(core, 100, 8)).at(-1)).toEqual({ calls: 1, refused: 0 });
  gate.open();
  expect(await busy).toEqual(documentsOf(['p200']));
});
