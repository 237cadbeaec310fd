/** Redox's quota is never exceeded; while it is short, who cannot be served in time hears so at once. */
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

/** Asks for one patient in a call that no other need shares, with so much time. */
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

/** The most calls that arrived within any stretch of the window. */
function maxWithin(core: TestCore, windowMs: number): number {
  const arrivals = core.redox.calls.map(({ startedAt }) => startedAt);
  return Math.max(...arrivals.map((to) => arrivals.filter((at) => at > to - windowMs && at <= to).length));
}

/** When each call arrived, counted from the first. */
function arrivalsOf(core: TestCore): number[] {
  const [first] = core.redox.calls;
  return core.redox.calls.map(({ startedAt }) => Math.round(startedAt - (first?.startedAt ?? 0)));
}

test.each([
  { calls: 20, windowMs: 400, latencyMs: 0 },
  { calls: 7, windowMs: 150, latencyMs: 40 },
  { calls: 1, windowMs: 60, latencyMs: 10 },
])('with %o, no call is ever answered 429, and the quota is used', async ({ latencyMs, ...quota }) => {
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
  // Each window follows the end of the one before it.
  const windows = Math.ceil(names.length / quota.calls);
  expect(tookMs).toBeLessThanOrEqual(windows * (quota.windowMs + latencyMs));
});

test('calls go freely up to half the quota, and evenly spaced from there', async () => {
  await using core = await startTimedCore({ sandbox: { charts }, settings: { REDOX_RATE: '20/1s' } });
  await core.finish(Promise.all(NAMES.slice(0, 14).map((name) => outcomeOf(askApart(core, name)))));
  expect(arrivalsOf(core)).toEqual([...Array(10).fill(0), 50, 100, 150, 200]);
});

test('the tenth call starts when the window frees a place', async () => {
  await using core = await startTimedCore({ sandbox: { charts }, settings: { REDOX_RATE: '9/1s' } });
  await core.finish(Promise.all(NAMES.slice(0, 9).map((name) => outcomeOf(askApart(core, name)))));
  const tenth = askApart(core, 'p9');
  await core.pass(999 - (arrivalsOf(core).at(-1) ?? 0));
  expect(core.observed.readings).toHaveLength(9);
  await core.pass(1);
  expect(core.observed.readings).toHaveLength(10);
  expect(await outcomeOf(tenth)).toEqual(documentsOf(['p9']));
});

test('while the quota is short, needs gather: many operations, few calls', async () => {
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

test('no need is refused while a small quota has room: all of it is granted, then none', async () => {
  await using core = await startTimedCore({ sandbox: { charts }, settings: { REDOX_RATE: '4/60s' } });
  await outcomeOf(askApart(core, 'p0'));
  const outcomes = NAMES.slice(1, 7).map((name) => outcomeOf(askApart(core, name, 2000)));
  const granted = NAMES.slice(1, 4).map((name) => documentsOf([name]));
  const { result } = await core.finish(Promise.all(outcomes));
  expect(result).toEqual([...granted, 'RATE_LIMITED', 'RATE_LIMITED', 'RATE_LIMITED']);
  expect(core.redox.callCount).toBe(4);
});

describe('with the quota used up', () => {
  /** Ten calls in two seconds, five of them free; these are spent, so that one goes every 200 ms. */
  async function startShort(): Promise<TimedCore> {
    const core = await startTimedCore({ sandbox: { charts }, settings: { REDOX_RATE: '10/2s' } });
    await Promise.all(NAMES.slice(0, 4).map((name) => outcomeOf(askApart(core, name))));
    // County's turn comes after general's.
    await outcomeOf(askApart(core, 'p4', 60_000, 'county'));
    return core;
  }

  test('who cannot wait for his turn is refused while the clock stands, with a hint; who can is served', async () => {
    await using core = await startShort();
    const [hasty, patient] = [askApart(core, 'p10', 199), askApart(core, 'p11')];
    expect(await refusalOf(hasty)).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    const { result, tookMs } = await core.finish(outcomeOf(patient));
    expect([result, tookMs]).toEqual([documentsOf(['p11']), 200]);
  });

  test('a turn counts the calls before it, and not those that were just refused', async () => {
    await using core = await startShort();
    const hasty = NAMES.slice(10, 20).map((name) => askApart(core, name, 20));
    const asks = NAMES.slice(20, 24).map((name) => outcomeOf(askApart(core, name, 500)));
    // The clock stands: all refusals are told by now.
    expect(new Set(await Promise.all(hasty.map(outcomeOf)))).toEqual(new Set(['RATE_LIMITED']));
    expect(await Promise.all(asks.slice(2))).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    const { result, tookMs } = await core.finish(Promise.all(asks.slice(0, 2)));
    expect([result, tookMs]).toEqual([[documentsOf(['p20']), documentsOf(['p21'])], 400]);
  });

  test("another destination's backlog counts call by call in turn", async () => {
    await using core = await startShort();
    const backlog = NAMES.slice(10, 20).map((name) => askApart(core, name));
    const county = askApart(core, 'p30', 1400, 'county');
    const { result, tookMs } = await core.finish(outcomeOf(county));
    expect([result, tookMs]).toEqual([documentsOf(['p30']), 400]);
    for (const ask of backlog) ask.fail(new GatewayError('OVERLOADED'));
  });

  test('by calls that still hang, a window follows the first that ends: refused at once too', async () => {
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

  test('a need that a call in flight covers costs nothing, and is served', async () => {
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
