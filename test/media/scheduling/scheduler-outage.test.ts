/** Performance target N7: splitting never makes an outage worse, and limits learned during an outage do not outlast it. */
import { describe, expect, test } from 'vitest';
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, patientsIn } from '../../support/core.ts';
import { startTimedCore, type TimedCore } from '../../support/timed-core.ts';

const NAMES = namesUpTo(500);
const charts = chartsOf(NAMES);
const LIST = 50;
/** A list every 50 ms makes 20 calls a second, since each list is one call while the destination is healthy. */
const EVERY_MS = 50;

/** Submits a list of other patients every 50 ms. Resolves to the number of calls, the number when healthy, and the outcomes. */
async function load(core: TimedCore, seconds: number) {
  const before = core.redox.callCount;
  const asked: Promise<string[] | string>[] = [];
  const rounds = (seconds * 1000) / EVERY_MS;
  for (let round = 0; round < rounds; round++) {
    const from = (round * LIST) % NAMES.length;
    asked.push(outcomeOf(core.submit(needOf(NAMES.slice(from, from + LIST)))));
    await core.pass(EVERY_MS);
  }
  const { result: outcomes } = await core.finish(Promise.all(asked));
  return { calls: core.redox.callCount - before, healthy: rounds, outcomes: new Set(outcomes.flat()) };
}

function startSick(answer: AnswerHook) {
  return startTimedCore({ sandbox: { charts, latencyMs: 10, answer }, random: () => 0.5 });
}

/** Creates a linear congruential generator, which returns the same numbers in every run. */
function createRandom(): () => number {
  let state = 7;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe.each([504, 400, 413])('while every call is answered %i', (status) => {
  test('there are at most one and a half times as many calls as when healthy, and as many as before after the outage', async () => {
    await using core = await startSick(() => ({ status }));
    const during = await load(core, 8);
    expect(during.calls).toBeLessThanOrEqual(1.5 * during.healthy);
    expect(core.observed.breakers).toContain('general open');
    core.redox.answer = undefined;
    await load(core, 12);
    const after = await load(core, 3);
    expect([after.calls, core.observed.breakers.at(-1)]).toEqual([after.healthy, 'general closed']);
  });
});

describe.each([0.02, 0.04])('while %d of all calls are answered at random', (share) => {
  test.each([504, 400])(
    'with %i, there are at most one and a half times as many calls as when healthy',
    async (status) => {
      const random = createRandom();
      await using core = await startSick(() => (random() < share ? { status } : undefined));
      const during = await load(core, 8);
      expect(during.calls).toBeLessThanOrEqual(1.5 * during.healthy);
      expect(core.observed.breakers).toEqual([]);
      core.redox.answer = undefined;
      await load(core, 12);
      const after = await load(core, 3);
      expect(after.calls).toBe(after.healthy);
    },
  );
});

test('a limit that was learned just before the destination recovered is unlearned under load', async () => {
  // The list and its larger pieces are refused, and then the destination recovers.
  await using core = await startSick(({ patients }) =>
    patients !== null && patients.length > 3 ? { status: 400 } : undefined,
  );
  await core.finish(outcomeOf(core.submit(needOf(NAMES.slice(0, LIST)))));
  core.redox.answer = undefined;
  const soon = await load(core, 2);
  expect(soon.calls).toBeGreaterThan(2 * soon.healthy);
  await load(core, 12);
  const later = await load(core, 2);
  expect(later.calls).toBe(later.healthy);
});

test('when the split budget is used up, a need fails with the error of Redox, marked as retryable', async () => {
  await using core = await startSick(() => ({ status: 400 }));
  await core.finish(Promise.all(NAMES.slice(0, 100).map((name) => outcomeOf(core.submit(needOf([name]))))));
  const calls = await core.countCalls(async () => {
    const pending = core.submit(needOf(NAMES.slice(0, 100)));
    await core.pass(100);
    await expect(pending.answer).rejects.toMatchObject({
      code: 'UPSTREAM_REJECTED',
      extensions: { retryable: true, redox: { status: 400 } },
    });
  });
  expect(calls).toBe(1);
});

describe('a destination that accepts one patient in a call', () => {
  test('refuses few calls, since at most four pieces of a list are in flight until one is answered', async () => {
    await using core = await startSick(({ patients }) =>
      patients !== null && patients.length > 1 ? { status: 400 } : undefined,
    );
    const names = NAMES.slice(0, 100);
    const asked = names.map((name) => outcomeOf(core.submit(needOf([name]))));
    const { result } = await core.finish(Promise.all(asked));
    expect(result).toEqual(names.map((name) => documentsOf([name])));
    const refused = core.redox.calls.filter((call) => patientsIn(call).length > 1);
    expect(refused.length).toBeLessThanOrEqual(4 * Math.ceil(Math.log2(100)));
  });
});

test('a single patient that is refused again and again does not open the circuit breaker', async () => {
  await using core = await startSick(({ patients }) =>
    patients?.[0]?.[0]?.id === 'SYN-p0' ? { status: 400 } : undefined,
  );
  for (let round = 0; round < 10; round++) {
    await core.finish(outcomeOf(core.submit(needOf(['p0']))));
    await core.pass(300);
  }
  expect(core.observed.breakers).toEqual([]);
});
