/**
 * Redox's quota is never exceeded. While it is short, needs that cannot be answered before their deadline are rejected at once.
 */
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import type { PendingNeed } from '../../../src/media/scheduling/pending-need.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, type TestCore } from '../../support/core.ts';
import { settle } from '../../support/fake-clock.ts';
import { Gate } from '../../support/gate.ts';
import { startTimedCore, type TimedCore } from '../../support/timed-core.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(100);
const charts = [...chartsOf(NAMES), ...chartsOf(NAMES, { destination: 'county' })];

/** Submits a need for one patient that shares its call with no other need. */
function askApart(core: TimedCore, name: string, withinMs = 60_000, destination = 'general'): PendingNeed {
  return core.submit(needOf([name], {}, destination), {
    batchKey: name,
    deadline: core.clock.now() + withinMs,
  });
}

async function refusalOf(
  ask: PendingNeed,
): Promise<{ code: string; retryAfterSeconds?: number | undefined }> {
  const error: unknown = await ask.answer.then(
    () => undefined,
    (reason) => reason,
  );
  if (!(error instanceof GatewayError)) throw new Error('it was answered');
  return { code: error.code, retryAfterSeconds: error.details.retryAfterSeconds };
}

/** Returns the greatest number of calls that arrived within a window of this length. */
function maxWithin(core: TestCore, windowMs: number): number {
  const arrivals = core.redox.calls.map(({ startedAt }) => startedAt);
  return Math.max(...arrivals.map((to) => arrivals.filter((at) => at > to - windowMs && at <= to).length));
}

/** Returns the arrival time of each call, from the first call on. */
function arrivalsOf(core: TestCore): number[] {
  const [first] = core.redox.calls;
  return core.redox.calls.map(({ startedAt }) => Math.round(startedAt - (first?.startedAt ?? 0)));
}

test.each([
  { calls: 20, windowMs: 400, latencyMs: 0 },
  { calls: 7, windowMs: 150, latencyMs: 40 },
  { calls: 1, windowMs: 60, latencyMs: 10 },
])(
  'with a quota of %o, no call is refused with 429, and the quota is used',
  async ({ latencyMs, ...quota }) => {
    await using core = await startTimedCore({
      sandbox: { charts, quota, latencyMs },
      settings: { REDOX_RATE: `${quota.calls}/${quota.windowMs}ms` },
    });
    const names = NAMES.slice(0, Math.min(60, quota.calls * 8));
    const { result, tookMs } = await core.finish(
      Promise.all(names.map((name) => outcomeOf(askApart(core, name)))),
    );
    expect(result).toEqual(names.map((name) => documentsOf([name])));
    expect(core.redox.calls.filter(({ status }) => status !== 200)).toEqual([]);
    expect(maxWithin(core, quota.windowMs)).toBeLessThanOrEqual(quota.calls);
    // Each window of calls begins after the end of the one before it.
    const windows = Math.ceil(names.length / quota.calls);
    expect(tookMs).toBeLessThanOrEqual(windows * (quota.windowMs + latencyMs));
  },
);

test('calls start freely up to half the quota, and are then spaced evenly', async () => {
  await using core = await startTimedCore({ sandbox: { charts }, settings: { REDOX_RATE: '20/1s' } });
  await core.finish(Promise.all(NAMES.slice(0, 14).map((name) => outcomeOf(askApart(core, name)))));
  expect(arrivalsOf(core)).toEqual([...Array(10).fill(0), 50, 100, 150, 200]);
});

test('with a quota of nine calls, the tenth starts when the first call leaves the window', async () => {
  await using core = await startTimedCore({ sandbox: { charts }, settings: { REDOX_RATE: '9/1s' } });
  await core.finish(Promise.all(NAMES.slice(0, 9).map((name) => outcomeOf(askApart(core, name)))));
  const tenth = askApart(core, 'p9');
  await core.pass(999 - (arrivalsOf(core).at(-1) ?? 0));
  expect(core.observed.readings).toHaveLength(9);
  await core.pass(1);
  expect(core.observed.readings).toHaveLength(10);
  expect(await outcomeOf(tenth)).toEqual(documentsOf(['p9']));
});

test('while the quota is short, needs gather, so that many operations cost few calls', async () => {
  await using core = await startTimedCore({ sandbox: { charts }, settings: { REDOX_RATE: '4/400ms' } });
  const outcomes: Promise<string[] | string>[] = [];
  for (const name of NAMES) {
    outcomes.push(outcomeOf(core.submit(needOf([name]))));
    await core.pass(5);
  }
  const { result } = await core.finish(Promise.all(outcomes));
  expect(result).toEqual(NAMES.map((name) => documentsOf([name])));
  expect(core.redox.callCount).toBeLessThan(10);
  expect(maxWithin(core, 400)).toBeLessThanOrEqual(4);
});

test('no need is rejected while a small quota has room', async () => {
  await using core = await startTimedCore({ sandbox: { charts }, settings: { REDOX_RATE: '4/60s' } });
  await outcomeOf(askApart(core, 'p0'));
  const outcomes = NAMES.slice(1, 7).map((name) => outcomeOf(askApart(core, name, 2000)));
  const granted = NAMES.slice(1, 4).map((name) => documentsOf([name]));
  const { result } = await core.finish(Promise.all(outcomes));
  expect(result).toEqual([...granted, 'RATE_LIMITED', 'RATE_LIMITED', 'RATE_LIMITED']);
  expect(core.redox.callCount).toBe(4);
});

describe('with the quota used up', () => {
  /** Starts a core with a quota of ten calls in two seconds, of which five are used, so that a call may start every 200 ms. */
  async function startShort(): Promise<TimedCore> {
    const core = await startTimedCore({ sandbox: { charts }, settings: { REDOX_RATE: '10/2s' } });
    await Promise.all(NAMES.slice(0, 4).map((name) => outcomeOf(askApart(core, name))));
    // The last call is for county, so that general comes first.
    await outcomeOf(askApart(core, 'p4', 60_000, 'county'));
    return core;
  }

  test('a need that cannot wait for its turn is rejected at once, with a hint; a need that can is answered', async () => {
    await using core = await startShort();
    const [hasty, patient] = [askApart(core, 'p10', 199), askApart(core, 'p11')];
    expect(await refusalOf(hasty)).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    const { result, tookMs } = await core.finish(outcomeOf(patient));
    expect([result, tookMs]).toEqual([documentsOf(['p11']), 200]);
  });

  test('the expected start of a call depends on the calls before it, but not on needs that were just rejected', async () => {
    await using core = await startShort();
    const hasty = NAMES.slice(10, 20).map((name) => askApart(core, name, 20));
    const asks = NAMES.slice(20, 24).map((name) => outcomeOf(askApart(core, name, 500)));
    // The fake clock does not move, so that all rejections happen at once.
    expect(new Set(await Promise.all(hasty.map(outcomeOf)))).toEqual(new Set(['RATE_LIMITED']));
    expect(await Promise.all(asks.slice(2))).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    const { result, tookMs } = await core.finish(Promise.all(asks.slice(0, 2)));
    expect([result, tookMs]).toEqual([[documentsOf(['p20']), documentsOf(['p21'])], 400]);
  });

  test('the waiting calls of two destinations are expected to start alternately', async () => {
    await using core = await startShort();
    const backlog = NAMES.slice(10, 20).map((name) => askApart(core, name));
    const county = askApart(core, 'p30', 1400, 'county');
    const { result, tookMs } = await core.finish(outcomeOf(county));
    expect([result, tookMs]).toEqual([documentsOf(['p30']), 400]);
    for (const ask of backlog) ask.fail(new GatewayError('OVERLOADED'));
  });

  test('by calls in flight, a need that cannot wait for a whole window is rejected at once', async () => {
    using gate = new Gate();
    await using core = await startTimedCore({
      settings: { REDOX_RATE: '1/30s', REDOX_CONCURRENCY: '1' },
      sandbox: { charts, answer: () => gate.passed.then(() => undefined) },
    });
    const hung = askApart(core, 'p0');
    await until(() => core.redox.inFlight === 1);
    const hasty = askApart(core, 'p1', 5000);
    expect(await refusalOf(hasty)).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 30 });
    gate.open();
    expect(await outcomeOf(hung)).toEqual(documentsOf(['p0']));
  });

  test('a need that is covered by a call in flight is answered without another call', async () => {
    using gate = new Gate();
    await using core = await startTimedCore({
      settings: { REDOX_RATE: '1/30s' },
      sandbox: { charts, answer: () => gate.passed.then(() => undefined) },
    });
    const first = core.submit(needOf(['p0', 'p1']));
    await until(() => core.redox.inFlight === 1);
    const same = core.submit(needOf(['p1']), { deadline: core.clock.now() + 5000 });
    await settle();
    gate.open();
    expect(await outcomeOf(same)).toEqual(documentsOf(['p1']));
    await first.answer;
    expect(core.redox.callCount).toBe(1);
  });
});
