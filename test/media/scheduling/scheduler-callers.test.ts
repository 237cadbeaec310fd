/** Performance target N11: callers take turns at slots and quota. One with many needs delays only itself; alone, it may use all. */

import { describe, expect, test } from 'vitest';
import { ConcurrencyLimiter } from '../../../src/media/fairness/concurrency-limiter.ts';
import { destinationAlias } from '../../../src/media/model/keys.ts';
import type { PendingNeed } from '../../../src/media/scheduling/pending-need.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, startCore } from '../../support/core.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { holdAnswers } from '../../support/gate.ts';
import { identifiersOf } from '../../support/own-chart.ts';
import { startTimedCore } from '../../support/timed-core.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(60);
const charts = chartsOf(NAMES);
const FLOOD = NAMES.slice(0, 40);
const HONEST = NAMES.slice(40, 45);

/** One patient in each call and one call at a time, so that needs are answered in the order of the calls. */
const single = { REDOX_CONCURRENCY: '1', BATCH_MAX_PATIENTS: '1' };

describe.each([
  ['of different rights', (caller: string) => caller],
  ['of equal rights', () => 'everyone'],
])('callers %s', (_, batchKeyOf) => {
  test('take turns: however many needs of one wait, every second call is for the other', async () => {
    await using core = await startCore({ sandbox: { charts }, settings: single });
    const settled: string[] = [];
    const ask = async (name: string, caller: string) => {
      const outcome = await outcomeOf(core.submit(needOf([name]), { batchKey: batchKeyOf(caller), caller }));
      expect(outcome).toEqual(documentsOf([name]));
      settled.push(caller);
    };
    const gate = holdAnswers(core.redox);
    const flood = FLOOD.map((name) => ask(name, 'flood'));
    await until(() => core.redox.inFlight === 1);
    const honest = HONEST.map((name) => ask(name, 'honest'));
    gate.open();
    await Promise.all([...flood, ...honest]);
    const last = settled.lastIndexOf('honest');
    expect(last).toBeLessThanOrEqual(2 * HONEST.length);
    expect(settled).toHaveLength(FLOOD.length + HONEST.length);
  });

  test('each get a turn before one of them gets a second', async () => {
    await using core = await startCore({ sandbox: { charts }, settings: single });
    const settled: string[] = [];
    const ask = async (name: string, caller: string) => {
      await outcomeOf(core.submit(needOf([name]), { batchKey: batchKeyOf(caller), caller }));
      settled.push(caller);
    };
    const gate = holdAnswers(core.redox);
    const flood = FLOOD.map((name) => ask(name, 'flood'));
    await until(() => core.redox.inFlight === 1);
    const honest = HONEST.map((name, at) => ask(name, `honest ${at}`));
    gate.open();
    await Promise.all([...flood, ...honest]);
    expect(settled.slice(0, 7).toSorted()).toEqual([
      'flood',
      'flood',
      ...HONEST.map((__, at) => `honest ${at}`),
    ]);
  });
});

test('the needs of a single caller are answered in the order in which they came', async () => {
  await using core = await startCore({ sandbox: { charts }, settings: single });
  const settled: string[] = [];
  await Promise.all(
    FLOOD.map(async (name, at) => {
      await outcomeOf(core.submit(needOf([name]), { batchKey: `${at % 3}`, caller: 'alone' }));
      settled.push(name);
    }),
  );
  expect(settled).toEqual(FLOOD);
});

test('while the quota is short, a caller meets its deadline although another submitted many needs before', async () => {
  await using core = await startTimedCore({
    sandbox: { charts },
    settings: { REDOX_RATE: '10/1000ms', BATCH_MAX_PATIENTS: '1' },
  });
  // The needs of the first caller alone take the quota of four seconds.
  const flood = FLOOD.map((name) => core.submit(needOf([name]), { caller: 'flood' }));
  const deadline = core.clock.now() + 2500;
  const honest = HONEST.map((name) => core.submit(needOf([name]), { caller: 'honest', deadline }));
  const { result } = await core.finish(Promise.all(honest.map(outcomeOf)));
  expect(result).toEqual(HONEST.map((name) => documentsOf([name])));
  await core.finish(Promise.all(flood.map(outcomeOf)));
});

test('when another caller has used most of the quota, a new caller gets the next call, within two seconds', async () => {
  await using core = await startTimedCore({
    sandbox: { charts },
    settings: { REDOX_RATE: '40/20s', BATCH_MAX_PATIENTS: '1' },
  });
  const flood = NAMES.map((name) => core.submit(needOf([name]), { caller: 'flood' }));
  // Ten of forty calls are left for fifteen seconds.
  await core.pass(5500);
  const begun = core.observed.readings.length;
  const honest = core.submit(needOf(['p40']), { caller: 'honest', batchKey: 'honest' });
  const { result, tookMs } = await core.finish(outcomeOf(honest));
  expect(result).toEqual(documentsOf(['p40']));
  expect(core.observed.readings.length - begun).toBeLessThanOrEqual(2);
  expect(tookMs).toBeLessThanOrEqual(2000);
  await core.finish(Promise.all(flood.map(outcomeOf)));
});

describe('when no more needs may wait', () => {
  const crowded = { ...single, MAX_WAITING_NEEDS: '30' };

  /** Takes the only slot; `submit` then adds needs that wait for it. */
  async function startCrowded(core: Awaited<ReturnType<typeof startCore>>) {
    const first = core.submit(needOf(['p59']), { caller: 'flood' });
    await until(() => core.redox.inFlight === 1);
    return {
      first,
      submit: (names: readonly string[], caller: string) =>
        names.map((name) => core.submit(needOf([name]), { caller })),
    };
  }
  const outcomesOf = (needs: readonly PendingNeed[]) => Promise.all(needs.map(outcomeOf));

  test('a single caller may use the whole limit, and its newest needs are rejected when other callers come', async () => {
    await using core = await startCore({ sandbox: { charts }, settings: crowded });
    using gate = holdAnswers(core.redox);
    const { first, submit } = await startCrowded(core);
    const flood = submit(FLOOD, 'flood');
    const honest = submit(HONEST, 'honest');
    expect(core.scheduler.load.waitingParts.get('general')).toBe(30);
    gate.open();
    expect(await outcomesOf(honest)).toEqual(HONEST.map((name) => documentsOf([name])));
    const outcomes = await outcomesOf(flood);
    const served = FLOOD.slice(0, 25).map((name) => documentsOf([name]));
    expect(outcomes).toEqual([...served, ...FLOOD.slice(25).map(() => 'OVERLOADED')]);
    await outcomeOf(first);
    expect(core.observed.incidents.filter((kind) => kind === 'overloaded')).toHaveLength(15);
  });

  test('a caller that has its share is rejected itself', async () => {
    await using core = await startCore({ sandbox: { charts }, settings: crowded });
    using gate = holdAnswers(core.redox);
    const { first, submit } = await startCrowded(core);
    const one = submit(FLOOD, 'flood');
    const two = submit(NAMES.slice(0, 20), 'another flood');
    expect(two.slice(15).map(({ finished }) => finished)).toEqual(Array(5).fill(true));
    expect(one.slice(15).every(({ finished }) => finished)).toBe(true);
    gate.open();
    const all = await outcomesOf([...one.slice(0, 15), ...two.slice(0, 15)]);
    expect(all).not.toContain('OVERLOADED');
    await outcomeOf(first);
  });

  test('needs that wait for the end of a write count like the other needs of their caller', async () => {
    await using core = await startCore({
      sandbox: { charts },
      settings: { ...crowded, REDOX_CONCURRENCY: '2' },
    });
    using gate = holdAnswers(core.redox);
    const written = Promise.withResolvers<void>();
    const write = core.scheduler.write([destinationAlias('general')], () => written.promise, {
      patient: identifiersOf('p0'),
      deadline: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
    });
    const held = Array.from({ length: 30 }, () => core.submit(needOf(['p0']), { caller: 'flood' }));
    const honest = core.submit(needOf(['p40']), { caller: 'honest' });
    expect(held.filter(({ finished }) => finished)).toEqual(held.slice(29));
    written.resolve();
    gate.open();
    await write;
    expect(await outcomeOf(honest)).toEqual(documentsOf(['p40']));
    expect(await outcomesOf(held.slice(0, 29))).toEqual(Array(29).fill(documentsOf(['p0'])));
    expect(core.scheduler.load.waitingParts.get('general')).toBe(0);
  });
});

describe('downloads', () => {
  const relayTo = (relayedTo: string) =>
    ({
      callers: new Map([[relayedTo, 1]]),
      relayedTo,
      isRepetition: false,
      slot: 'none',
      slotOf: null,
    }) satisfies Parameters<ConcurrencyLimiter['acquire']>[0];

  /** Takes as many slots for this caller as the limiter allows. */
  function takeAll(slots: ConcurrencyLimiter, caller: string) {
    const taken: Parameters<ConcurrencyLimiter['acquire']>[0][] = [];
    while (slots.mayRelayTo(caller)) {
      const call = relayTo(caller);
      slots.acquire(call);
      taken.push(call);
    }
    return taken;
  }

  test('of one caller take up to half of the slots, and those of another caller still get their part', () => {
    const slots = new ConcurrencyLimiter(16, new FakeClock());
    const one = takeAll(slots, 'one');
    const other = takeAll(slots, 'other');
    expect([one.length, other.length]).toEqual([8, 4]);
    expect(slots.mayRelayTo('one')).toBe(false);
    // The freed slots are for callers that hold fewer.
    for (const call of one.slice(0, 3)) slots.release(call);
    expect(slots.mayRelayTo('one')).toBe(false);
    expect(slots.mayRelayTo('third')).toBe(true);
    for (const call of [...one.slice(3), ...other]) slots.release(call);
    expect(takeAll(slots, 'third')).toHaveLength(8);
  });

  test('of many callers leave a quarter of the slots to queries', () => {
    const slots = new ConcurrencyLimiter(16, new FakeClock());
    const taken = NAMES.map((name) => takeAll(slots, name).length);
    expect(taken.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(12);
    expect(new ConcurrencyLimiter(1, new FakeClock()).mayRelayTo('one')).toBe(true);
  });
});
