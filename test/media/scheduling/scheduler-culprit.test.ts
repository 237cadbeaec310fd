/** When one patient makes a merged call fail, only that patient's need fails, at a bounded cost, and no limit is learned. */
import { describe, expect, test } from 'vitest';
import type { Answer, RawReply } from '../../../sandbox/sandbox.ts';
import { GatewayError } from '../../../src/errors.ts';
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
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(100);
const MAX_CALLS = 2 * Math.log2(NAMES.length) + 2;
const inMeta: RawReply = {
  status: 200,
  body: { Meta: { Errors: [{ ID: 1, Text: 'synthetic refusal', Type: 'transmission', Module: 'Send' }] } },
};

/** Loads 100 patients in one operation, each in a need of its own; resolves to the outcome of each. */
function askForAll(core: TestCore): Promise<(string[] | string)[]> {
  const operation = core.openOperation();
  return Promise.all(NAMES.map((name) => outcomeOf(operation.load(needOf([name])))));
}

function poisoning(culprits: readonly string[], reply: Answer) {
  const charts = chartsOf(NAMES);
  return startCore({
    sandbox: {
      charts,
      answer: ({ patients }) =>
        patients?.some(([first]) => culprits.some((name) => first?.id === `SYN-${name}`)) ? reply : undefined,
    },
  });
}

function expectedWithout(culprits: readonly string[], code: string) {
  return NAMES.map((name) => (culprits.includes(name) ? code : documentsOf([name])));
}

describe.each([
  ['400', { status: 400, body: '' }, 'UPSTREAM_REJECTED'],
  ['Meta.Errors in a 200', inMeta, 'UPSTREAM_REJECTED'],
  ['413', { status: 413, body: '' }, 'UPSTREAM_REJECTED'],
  ['504', { status: 504, body: '' }, 'UPSTREAM_TIMEOUT'],
  ['500, also when it is repeated', { status: 500, body: '' }, 'UPSTREAM_UNAVAILABLE'],
  ['a 200 that is cut off', { status: 200, body: '{"Meta":{},"Media":[{"Pat' }, 'UPSTREAM_PROTOCOL'],
  ['an entry that is no object', { status: 200, body: { Meta: {}, Media: ['x'] } }, 'UPSTREAM_PROTOCOL'],
])('calls for one of 100 patients are answered with %s', (_, reply: RawReply, code) => {
  test.each(['p0', 'p49', 'p50', 'p99'])('the other 99 are answered when it is %s', async (culprit) => {
    await using core = await poisoning([culprit], reply);
    for (const round of ['first', 'second', 'third']) {
      const calls = await core.countCalls(async () => {
        expect(await askForAll(core), round).toEqual(expectedWithout([culprit], code));
      });
      // A 500 is repeated before it counts as one about the query.
      const repetitions = reply.status === 500 ? 1 : 0;
      expect(calls, round).toBeLessThanOrEqual(round === 'first' ? MAX_CALLS + repetitions : 2);
    }
    core.redox.answer = undefined;
    // The culprit is still queried in a call of its own, once.
    expect(await core.countCalls(() => askForAll(core))).toBe(2);
    expect(await core.countCalls(() => askForAll(core))).toBe(1);
  });
});

test('two culprits fail, and the other 98 patients are answered', async () => {
  await using core = await poisoning(['p3', 'p77'], { status: 400, body: '' });
  const calls = await core.countCalls(async () => {
    expect(await askForAll(core)).toEqual(expectedWithout(['p3', 'p77'], 'UPSTREAM_REJECTED'));
  });
  expect(calls).toBeLessThanOrEqual(2 * MAX_CALLS);
});

test('a call that is refused for a reason other than its size is not split', async () => {
  await using core = await poisoning(['p3'], { status: 403, body: '' });
  const calls = await core.countCalls(async () => {
    expect(await askForAll(core)).toEqual(NAMES.map(() => 'UPSTREAM_REJECTED'));
  });
  expect(calls).toBe(1);
});

test.each([
  ['refuses every call', { status: 400, body: '' }, 'UPSTREAM_REJECTED'],
  ['sends nothing that can be read', { status: 200, body: '<html>' }, 'UPSTREAM_PROTOCOL'],
])('when a destination %s, all needs fail, within the split budget', async (_, reply, code) => {
  await using core = await poisoning(NAMES, reply);
  const calls = await core.countCalls(async () => {
    expect(await askForAll(core)).toEqual(NAMES.map(() => code));
  });
  expect(calls).toBe(2 * 32 + 1);
});

describe('a refusal that concerns the message as such does not depend on its length', () => {
  const refusal = {
    Meta: { Errors: [{ ID: 1, Text: 'synthetic', Type: 'message', Module: 'Subscriptions' }] },
  };

  test.each([400, 200])('all needs fail with one call (status %d)', async (status) => {
    await using core = await startCore({
      sandbox: { charts: chartsOf(NAMES), answer: () => ({ status, body: refusal }) },
    });
    expect(await askForAll(core)).toEqual(NAMES.map(() => 'UPSTREAM_REJECTED'));
    expect([core.redox.callCount, core.observed.incidents]).toEqual([1, []]);
  });
});

describe('a patient who is never answered, though no operation lasts until that patient stands alone', () => {
  const TIMEOUT_MS = 3000;
  /** See slow-calls.ts. */
  const MIN_OVERDUE_MS = 5000;
  const FIRST_PROBE_AFTER_MS = 1000;
  /** How long an operation lasts after its first call has timed out. */
  const SPARE_MS = 2000;

  /** How an operation goes until it ends. */
  interface Course {
    /** How many patients are answered. */
    readonly answered: number;
    /** Whether that takes until a call has timed out and is split. */
    readonly timesOut?: boolean;
    /** Whether the client disconnects, rather than wait until the deadline. */
    readonly hangsUp?: boolean;
  }

  async function startHanging(culprit: string, names: readonly string[], timeoutMs = TIMEOUT_MS) {
    const clock = new FakeClock();
    const never = new Promise<undefined>(() => undefined);
    const core = await startCore({
      clock,
      settings: { REDOX_TIMEOUT_MS: `${timeoutMs}` },
      sandbox: {
        charts: chartsOf(names),
        tokenLifetimeSeconds: 86_400,
        answer: ({ patients }) =>
          patients?.some(([first]) => first?.id === `SYN-${culprit}`) ? never : undefined,
      },
    });
    /** Resolves to those who are not answered. */
    const run = async ({ answered, timesOut = false, hangsUp = false }: Course) => {
      const controller = new AbortController();
      const deadline = clock.now() + timeoutMs + SPARE_MS;
      const operation = core.openOperation({ signal: controller.signal, deadline });
      const left = new Set(names);
      const load = async (name: string) => {
        await operation.load(needOf([name]));
        left.delete(name);
      };
      const loads = Promise.allSettled(names.map(load));
      await until(() => core.redox.inFlight > 0);
      if (timesOut) await clock.advance(timeoutMs);
      await until(() => names.length - left.size === answered);
      if (!hangsUp) await clock.advance(deadline - clock.now());
      controller.abort(new GatewayError(hangsUp ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_TIMEOUT'));
      await loads;
      await until(() => core.redox.inFlight === 0);
      return [...left];
    };
    return { core, run };
  }

  test.each([
    ['p3', 20],
    ['p31', 32],
  ])('fails alone from the second operation on: %s in a list of %d', async (culprit, length) => {
    const { core, run } = await startHanging(culprit, NAMES.slice(0, length));
    await using _ = core;
    expect(await run({ answered: length / 2, timesOut: true })).toContain(culprit);
    expect(await run({ answered: length - 1 })).toEqual([culprit]);
    expect(await core.countCalls(() => run({ answered: length - 1 }))).toBe(2);
  });

  test('fails with one other in the second operation, and alone from the third on, in a list of 100', async () => {
    const { core, run } = await startHanging('p60', NAMES);
    await using _ = core;
    expect(await run({ answered: 50, timesOut: true })).toContain('p60');
    // One call for the first half, 16 for the second, and the two halves of the call that times out.
    const calls = await core.countCalls(async () => {
      expect(await run({ answered: 98, timesOut: true })).toContain('p60');
    });
    expect(calls).toBe(1 + 16 + 2);
    expect(await core.countCalls(() => run({ answered: 99 }))).toBe(3);
    expect(await run({ answered: 99 })).toEqual(['p60']);
    expect(await core.countCalls(() => run({ answered: 99 }))).toBe(2);
  });

  test('fails with half of the list, too, while the call that times out is being repeated as a probe', async () => {
    const timeoutMs = MIN_OVERDUE_MS + FIRST_PROBE_AFTER_MS + 1000;
    const { core, run } = await startHanging('p60', NAMES, timeoutMs);
    await using _ = core;
    const calls = await core.countCalls(async () => {
      expect(await run({ answered: 50, timesOut: true })).toEqual(NAMES.slice(50));
    });
    // The call for all, its probe, and two halves.
    expect(calls).toBe(1 + 1 + 2);
  });

  test('is no reason to take a list apart when the client disconnected before the deadline', async () => {
    const { core, run } = await startHanging('p3', NAMES.slice(0, 20));
    await using _ = core;
    expect(await run({ answered: 10, timesOut: true, hangsUp: true })).toContain('p3');
    expect(await core.countCalls(() => run({ answered: 0, hangsUp: true }))).toBe(1);
  });
});
