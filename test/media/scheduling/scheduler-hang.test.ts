/** Performance target N6: service recovers as soon as Redox does. Overdue calls delay no others, and still count if answered. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerHook } from '../../../sandbox/sandbox.ts';
import { CASES } from '../../support/cases.ts';
import {
  chartsOf,
  documentsOf,
  namesUpTo,
  needOf,
  outcomeOf,
  patientsIn,
  startCore,
  type TestCore,
} from '../../support/core.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(40);
const charts = [...chartsOf(NAMES), ...chartsOf(NAMES, { destination: 'county' })];
const STEP_MS = 50;

interface Hanging extends TestCore {
  readonly clock: FakeClock;
  /** How long Redox takes to answer a call that arrives now; infinite when it never answers. */
  latencyMs: number;
  pass(ms: number): Promise<void>;
}

async function startHanging(settings: Record<string, string> = {}, slow?: (names: string[]) => number) {
  const clock = new FakeClock();
  let answered = 0;
  const answer: AnswerHook = async ({ patients }) => {
    const names = patients?.map(([first]) => first?.id.replace('SYN-', '') ?? '') ?? [];
    const ms = slow?.(names) ?? core.latencyMs;
    await new Promise<void>((resolve) => {
      if (ms < Number.POSITIVE_INFINITY) clock.setTimeout(resolve, ms);
    });
    answered += 1;
    return undefined;
  };
  const started = await startCore({
    clock,
    settings,
    sandbox: { charts, answer, tokenLifetimeSeconds: 86_400 },
  });
  const core: Hanging = Object.assign(started, {
    clock,
    latencyMs: STEP_MS,
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += STEP_MS) {
        await clock.advance(STEP_MS);
        // Waits until all sent calls have arrived and all replies have come back, since the network does not run on the fake
        // clock.
        const { readings, outcomes } = started.observed;
        await until(() => readings.length <= started.redox.callCount && outcomes.length >= answered);
      }
    },
  });
  return core;
}

const submit = (core: Hanging, name: string, destination = 'general') =>
  outcomeOf(
    core.submit(needOf([name], {}, destination), { batchKey: name, deadline: core.clock.now() + 140_000 }),
  );

/** Starts clients that each query one patient again and again until `stop` is called; records the outcomes with their times. */
function startClients(core: Hanging, names: readonly string[], ask = (name: string) => submit(core, name)) {
  const outcomes: { readonly at: number; readonly outcome: string[] | string }[] = [];
  const state = { isOver: false };
  const client = async (name: string) => {
    while (!state.isOver) {
      const outcome = await ask(name);
      outcomes.push({ at: core.clock.now(), outcome });
      // After an error, the client waits a moment before its next query.
      if (typeof outcome === 'string')
        await new Promise<void>((resolve) => void core.clock.setTimeout(resolve, 200));
    }
  };
  for (const name of names) void client(name);
  return {
    outcomes,
    countAnsweredSince: (time: number) =>
      outcomes.filter(({ at, outcome }) => at >= time && typeof outcome !== 'string').length,
    /** Does not wait for clients whose call is never answered. */
    stop() {
      state.isOver = true;
    },
  };
}

describe('Redox hangs for six seconds and never answers the calls that arrive meanwhile', () => {
  test('three seconds after the hang, all clients are served as before, and none has failed', async () => {
    await using core = await startHanging();
    const clients = startClients(core, NAMES);
    await core.pass(2000);
    const before = clients.countAnsweredSince(core.clock.now() - 1000);
    core.latencyMs = Number.POSITIVE_INFINITY;
    await core.pass(6000);
    core.latencyMs = STEP_MS;
    await core.pass(3000);
    const isBack = core.clock.now();
    await core.pass(1000);
    expect(clients.countAnsweredSince(isBack)).toBeGreaterThanOrEqual(0.9 * before);
    expect(clients.outcomes.filter(({ outcome }) => typeof outcome === 'string')).toEqual([]);
    clients.stop();
  });
});

test('a waiting call sent as a probe while Redox hung does not delay needs after the hang', async () => {
  await using core = await startHanging({ REDOX_CONCURRENCY: '2' });
  // The needs share calls, so that the probe is for all needs that wait for a slot.
  const clients = startClients(core, NAMES, (name) =>
    outcomeOf(core.submit(needOf([name]), { batchKey: '', deadline: core.clock.now() + 140_000 })),
  );
  await core.pass(2000);
  const before = clients.countAnsweredSince(core.clock.now() - 1000);
  core.latencyMs = Number.POSITIVE_INFINITY;
  await core.pass(6500);
  core.latencyMs = STEP_MS;
  await core.pass(3000);
  const isBack = core.clock.now();
  await core.pass(1000);
  expect(clients.countAnsweredSince(isBack)).toBeGreaterThanOrEqual(0.9 * before);
  clients.stop();
});

describe('Redox hangs for half a minute', () => {
  test('needs are rejected once the probe was not answered either; service recovers within three seconds of the end', async () => {
    await using core = await startHanging();
    const clients = startClients(core, NAMES);
    await core.pass(2000);
    const before = clients.countAnsweredSince(core.clock.now() - 1000);
    core.latencyMs = Number.POSITIVE_INFINITY;
    await core.pass(4000);
    await core.pass(11_000);
    expect(await submit(core, 'p1')).toBe('UPSTREAM_UNAVAILABLE');
    expect(core.observed.breakers).toContain('general open');
    await core.pass(15_000);
    core.latencyMs = STEP_MS;
    await core.pass(3000);
    const isBack = core.clock.now();
    await core.pass(1000);
    expect(clients.countAnsweredSince(isBack)).toBeGreaterThanOrEqual(0.6 * before);
    clients.stop();
  });

  test('another destination is served all the time', async () => {
    const isGeneral = new Set<string>();
    await using core = await startHanging({}, (names) =>
      names.some((name) => isGeneral.has(name)) ? Number.POSITIVE_INFINITY : STEP_MS,
    );
    for (const name of NAMES.slice(0, 20)) isGeneral.add(name);
    const sick = startClients(core, NAMES.slice(0, 20));
    const bystander = startClients(core, NAMES.slice(30), (name) => submit(core, name, 'county'));
    await core.pass(20_000);
    const since = core.clock.now();
    await core.pass(2000);
    expect(bystander.countAnsweredSince(since)).toBeGreaterThanOrEqual(10 * 2 * 8);
    expect(bystander.outcomes.filter(({ outcome }) => typeof outcome === 'string')).toEqual([]);
    sick.stop();
    bystander.stop();
  });
});

describe('a chart that always takes half a minute', () => {
  const slow = (names: string[]) => (names.includes('p0') ? 30_000 : STEP_MS);

  test('is read with one call while all other needs are answered', async () => {
    await using core = await startHanging({}, slow);
    const chart = submit(core, 'p0');
    const clients = startClients(core, NAMES.slice(1, 5));
    await core.pass(31_000);
    expect(await chart).toEqual(documentsOf(['p0']));
    expect(core.redox.calls.filter((call) => patientsIn(call).includes('p0'))).toHaveLength(1);
    clients.stop();
  });

  test('is read with one call when no other need comes', async () => {
    await using core = await startHanging({}, slow);
    const chart = submit(core, 'p0');
    await core.pass(31_000);
    expect(await chart).toEqual(documentsOf(['p0']));
    expect(core.redox.callCount).toBe(1);
  });

  test('keeps no slot: as many overdue calls as there are slots may be in flight besides other calls', async () => {
    const isSlow = (names: string[]) => (names.some((name) => Number(name.slice(1)) < 4) ? 30_000 : STEP_MS);
    await using core = await startHanging({ REDOX_CONCURRENCY: '4' }, isSlow);
    const clients = startClients(core, NAMES.slice(10, 12));
    await core.pass(1000);
    const charts = NAMES.slice(0, 4).map((name) => submit(core, name));
    await core.pass(6000);
    const since = core.clock.now();
    await core.pass(1000);
    expect(clients.countAnsweredSince(since)).toBeGreaterThanOrEqual(10);
    // One of the four charts had to wait for a slot.
    await core.pass(32_000);
    expect(await Promise.all(charts)).toEqual(NAMES.slice(0, 4).map((name) => documentsOf([name])));
    clients.stop();
  });
});

describe('a call that was lost', () => {
  test('is repeated once a call that was sent later is answered, and is then cancelled', async () => {
    await using core = await startHanging();
    core.latencyMs = Number.POSITIVE_INFINITY;
    const lost = submit(core, 'p0');
    await core.pass(6000);
    core.latencyMs = STEP_MS;
    const other = submit(core, 'p1');
    await core.pass(1000);
    expect([await other, await lost]).toEqual([documentsOf(['p1']), documentsOf(['p0'])]);
    expect(core.redox.callCount).toBe(3);
    expect(core.scheduler.load.callsInFlight).toBe(0);
  });

  test('leaves a need that joined it after it was repeated to a new call', async () => {
    await using core = await startHanging();
    core.latencyMs = Number.POSITIVE_INFINITY;
    const first = outcomeOf(core.submit(needOf(['p0', 'p1']), { deadline: core.clock.now() + 140_000 }));
    await core.pass(6000);
    core.latencyMs = 1000;
    const other = submit(core, 'p2');
    await core.pass(1200);
    const joined = outcomeOf(core.submit(needOf(['p1']), { deadline: core.clock.now() + 140_000 }));
    await core.pass(4000);
    expect([await other, await first, await joined]).toEqual([
      documentsOf(['p2']),
      documentsOf(['p0', 'p1']),
      documentsOf(['p1']),
    ]);
  });
});

test('an overdue call that fails after it was repeated is accounted for with its log ids', async () => {
  await using core = await startHanging();
  const lost = { latencyMs: 7000, status: 500, body: { Meta: { Logs: [{ ID: 'LOG-1' }] } } };
  core.redox.answer = async () => {
    const nth = core.redox.callCount;
    const ms = [lost.latencyMs, STEP_MS][nth - 1] ?? 2000;
    await new Promise<void>((resolve) => void core.clock.setTimeout(resolve, ms));
    return nth === 1 ? lost : undefined;
  };
  const pending = core.submit(needOf(['p0']), { deadline: core.clock.now() + 140_000 });
  await core.pass(6000);
  const other = submit(core, 'p1');
  await core.pass(3000);
  expect([await outcomeOf(pending), await other]).toEqual([documentsOf(['p0']), documentsOf(['p1'])]);
  expect(pending.startedCalls.map(({ logIds }) => logIds.includes('LOG-1'))).toEqual([true, false]);
});

test('however long calls take, every need gets its own documents or an error, and no call is left in flight', async () => {
  const times = fc.array(fc.constantFrom(50, 50, 50, 3000, 8000, 30_000, Number.POSITIVE_INFINITY), {
    minLength: 4,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(times, async (latencies) => {
      await using core = await startHanging({ REDOX_CONCURRENCY: '2' });
      const asked: Promise<string[] | string>[] = [];
      for (const [at, ms] of latencies.entries()) {
        core.latencyMs = ms;
        asked.push(submit(core, NAMES[at] ?? 'p0'));
        await core.pass(1500);
      }
      core.latencyMs = STEP_MS;
      for (let round = 0; round < 4; round++) {
        void submit(core, 'p39');
        await core.pass(3000);
      }
      await core.pass(128_000);
      for (const [at, outcome] of (await Promise.all(asked)).entries()) {
        expect([documentsOf([NAMES[at] ?? '']), 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT']).toContainEqual(
          outcome,
        );
      }
      expect(core.scheduler.load.callsInFlight).toBe(0);
    }),
    { numRuns: Math.min(12, CASES) },
  );
}, 120_000);
