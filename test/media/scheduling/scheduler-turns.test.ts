/**
 * Performance target N11: callers take turns over all destinations, with queries, writes, halves and retries, and the slow calls
 * of one caller leave slots to others.
 */

import { describe, expect, test } from 'vitest';
import type { ParsedQuery } from '../../../sandbox/sandbox.ts';
import { CallerTurns } from '../../../src/media/fairness/caller-turns.ts';
import { destinationAlias } from '../../../src/media/model/keys.ts';
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
import { settle } from '../../support/fake-clock.ts';
import { Gate, holdAnswers } from '../../support/gate.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(60);
const charts = chartsOf(NAMES);
const FLOOD = NAMES.slice(0, 40);
const HONEST = NAMES.slice(40, 45);

/** One patient in each call and one call at a time, so that needs are answered in the order of the calls. */
const single = { REDOX_CONCURRENCY: '1', BATCH_MAX_PATIENTS: '1' };

/** Returns the names of the patients that a query asks for. */
function namesIn({ patients }: ParsedQuery): readonly string[] {
  return (patients ?? []).map(([first]) => first?.id.replace('SYN-', '') ?? '');
}

/** Creates functions that submit needs and writes, and records the callers in the order in which these ended. */
function createCallers(core: TestCore) {
  const order: string[] = [];
  const record = async (caller: string, work: Promise<unknown>) => {
    await work;
    order.push(caller);
  };
  return {
    order,
    ask: (caller: string, name: string, destination = 'general') =>
      record(caller, outcomeOf(core.submit(needOf([name], {}, destination), { caller, batchKey: caller }))),
    write: (caller: string, send: () => Promise<void> = async () => undefined) =>
      record(
        caller,
        core.scheduler.write([destinationAlias('general')], send, {
          patient: [],
          caller,
          deadline: Number.POSITIVE_INFINITY,
          signal: new AbortController().signal,
        }),
      ),
  };
}

test('a caller with needs at several destinations gets no more turns than a caller with needs at one', async () => {
  await using core = await startCore({ sandbox: { charts }, settings: single });
  const { order, ask } = createCallers(core);
  const gate = holdAnswers(core.redox);
  const flood = FLOOD.flatMap((name) => [ask('flood', name), ask('flood', name, 'county')]);
  await until(() => core.redox.inFlight === 1);
  const honest = HONEST.map((name) => ask('honest', name));
  gate.open();
  await Promise.all([...flood, ...honest]);
  expect(order.lastIndexOf('honest')).toBeLessThanOrEqual(2 * HONEST.length);
  expect(order).toHaveLength(2 * FLOOD.length + HONEST.length);
});

test('two callers at one destination get two of three turns while a third caller uses another destination', async () => {
  await using core = await startCore({ sandbox: { charts }, settings: single });
  const { order, ask } = createCallers(core);
  const gate = holdAnswers(core.redox);
  const flood = FLOOD.map((name) => ask('flood', name, 'county'));
  await until(() => core.redox.inFlight === 1);
  const honest = HONEST.flatMap((name) => [ask('one', name), ask('two', name)]);
  gate.open();
  await Promise.all([...flood, ...honest]);
  expect(order.slice(0, 15).filter((caller) => caller === 'flood')).toHaveLength(5);
});

describe('writes', () => {
  test('of one caller do not start before the queries of another: each gets every second call', async () => {
    await using core = await startCore({ sandbox: { charts }, settings: single });
    const { order, ask, write } = createCallers(core);
    const gate = holdAnswers(core.redox);
    const first = ask('flood', 'p59');
    await until(() => core.redox.inFlight === 1);
    const flood = FLOOD.map(() => write('flood'));
    const honest = HONEST.map((name) => ask('honest', name));
    gate.open();
    await Promise.all([first, ...flood, ...honest]);
    expect(order.lastIndexOf('honest')).toBeLessThanOrEqual(2 * HONEST.length);
  });

  test('of two callers take turns; the oldest write of each starts first, before the queries of that caller', async () => {
    await using core = await startCore({ sandbox: { charts }, settings: single });
    const { order, ask, write } = createCallers(core);
    const gate = holdAnswers(core.redox);
    const first = ask('other', 'p59');
    await until(() => core.redox.inFlight === 1);
    const sent: number[] = [];
    const flood = FLOOD.map((_, at) => write('flood', async () => void sent.push(at)));
    const query = ask('honest', 'p58');
    const honest = HONEST.map(() => write('honest'));
    gate.open();
    await Promise.all([first, query, ...flood, ...honest]);
    expect(order.slice(0, 11)).toEqual(['other', ...HONEST.flatMap(() => ['flood', 'honest'])]);
    expect(sent).toEqual(FLOOD.map((_, at) => at));
  });
});

test('writes of one caller do not use up the limit of waiting writes: its newest are rejected without being sent', async () => {
  await using core = await startCore({
    sandbox: { charts },
    settings: { ...single, MAX_WAITING_NEEDS: '10' },
  });
  const gate = holdAnswers(core.redox);
  const first = outcomeOf(core.submit(needOf(['p59']), { caller: 'flood' }));
  await until(() => core.redox.inFlight === 1);
  const sent: string[] = [];
  const write = (caller: string) =>
    core.scheduler
      .write([destinationAlias('general')], async () => void sent.push(caller), {
        patient: [],
        caller,
        deadline: Number.POSITIVE_INFINITY,
        signal: new AbortController().signal,
      })
      .then(
        () => 'sent',
        ({ code }) => code,
      );
  const flood = Array.from({ length: 12 }, () => write('flood'));
  const honest = Array.from({ length: 6 }, () => write('honest'));
  gate.open();
  expect(await Promise.all(honest)).toEqual([...Array(5).fill('sent'), 'OVERLOADED']);
  expect(await Promise.all(flood)).toEqual([...Array(5).fill('sent'), ...Array(7).fill('OVERLOADED')]);
  expect(sent.toSorted()).toEqual([...Array(5).fill('flood'), ...Array(5).fill('honest')]);
  await first;
});

test('halves and retries of one caller take turns with the calls of another', async () => {
  await using core = await startCore({
    sandbox: { charts },
    settings: { ...single, BATCH_MAX_PATIENTS: '16' },
  });
  const gate = new Gate();
  core.redox.answer = async (call) => {
    await gate.passed;
    return namesIn(call).includes('p3') ? { status: 400 } : undefined;
  };
  const refused = FLOOD.slice(0, 16).map((name) =>
    core.submit(needOf([name]), { caller: 'flood', batchKey: 'flood' }),
  );
  await until(() => core.redox.inFlight === 1);
  const honest = HONEST.map((name) => core.submit(needOf([name]), { caller: 'honest', batchKey: name }));
  gate.open();
  await Promise.all([...refused, ...honest].map(outcomeOf));
  const isHonest = (call: Parameters<typeof patientsIn>[0]) =>
    patientsIn(call).some((name) => HONEST.includes(name));
  const order = core.redox.calls.map((call) => (isHonest(call) ? 'honest' : 'flood'));
  expect(order.slice(0, 10)).toEqual(HONEST.flatMap(() => ['flood', 'honest']));
  expect(core.observed.incidents).toContain('split');
});

describe('slots', () => {
  /** Makes Redox answer calls for these patients only when the gate is opened. */
  function holdSome(core: TestCore, names: readonly string[]): Gate {
    const gate = new Gate();
    core.redox.answer = async (call) => {
      if (namesIn(call).some((name) => names.includes(name))) await gate.passed;
      return undefined;
    };
    return gate;
  }
  const eight = { REDOX_CONCURRENCY: '8', BATCH_MAX_PATIENTS: '1' };

  test.each([
    ['a single caller may take all slots', 'flood', 8],
    ['one slot is kept free for each other caller that had a call lately', 'honest', 7],
    ['at most a quarter of the slots is kept free for other callers', 'many', 6],
  ])('%s', async (_, before, taken) => {
    await using core = await startCore({ sandbox: { charts }, settings: eight });
    using gate = holdSome(core, FLOOD);
    const ask = (name: string, caller: string, destination = 'general') =>
      outcomeOf(core.submit(needOf([name], {}, destination), { caller, batchKey: caller }));
    const names = before === 'many' ? HONEST : HONEST.slice(0, 1);
    await Promise.all(names.map((name) => ask(name, before === 'many' ? name : before)));
    // Calls go to both destinations, so that no slot is kept free for a destination without one.
    const flood = FLOOD.flatMap((name) => [ask(name, 'flood'), ask(name, 'flood', 'county')]);
    await until(() => core.redox.inFlight === taken);
    await settle();
    expect(core.redox.inFlight).toBe(taken);
    if (taken < 8) expect(await ask('p50', names.at(-1) ?? '')).toEqual(documentsOf(['p50']));
    gate.open();
    await Promise.all(flood);
  });

  test('a caller with slow calls holds no more than its share of the slots while other callers wait', async () => {
    await using core = await startCore({ sandbox: { charts }, settings: eight });
    const [all, slow] = [new Gate(), new Gate()];
    let floodInFlight = 0;
    const seen: number[] = [];
    core.redox.answer = async (call) => {
      const isOfFlood = namesIn(call).some((name) => FLOOD.includes(name));
      if (isOfFlood) floodInFlight += 1;
      else seen.push(floodInFlight);
      await all.passed;
      if (isOfFlood) await slow.passed;
      return undefined;
    };
    const ask = (name: string, caller: string) =>
      outcomeOf(core.submit(needOf([name]), { caller, batchKey: caller }));
    const first = ask('p59', 'honest');
    await until(() => core.redox.inFlight === 1);
    const flood = FLOOD.map((name) => ask(name, 'flood'));
    const names = NAMES.slice(40, 58);
    const honest = names.map((name) => ask(name, 'honest'));
    all.open();
    expect(await Promise.all(honest)).toEqual(names.map((name) => documentsOf([name])));
    // This holds while several needs of the other caller wait.
    expect(Math.max(...seen.slice(0, -5))).toBeLessThanOrEqual(4);
    slow.open();
    await Promise.all([first, ...flood]);
  });
});

describe('the order of turns', () => {
  const of = (...callers: string[]) => ({
    callers: new Map(callers.map((caller) => [caller, 1 / callers.length])),
  });

  test('a caller gets neither an advantage nor a disadvantage from the time when it had no calls', () => {
    const turns = new CallerTurns();
    for (let call = 0; call < 100; call += 1) turns.record(of('alone'));
    const waiting = [of('alone'), of('alone'), of('new'), of('new')];
    expect(turns.order(waiting).map(({ callers }) => [...callers.keys()][0])).toEqual([
      'new',
      'alone',
      'new',
      'alone',
    ]);
    turns.record(of('new'));
    for (let call = 0; call < 100; call += 1) turns.record(of('alone'));
    expect(turns.turnOf(of('new'))).toBeLessThan(turns.turnOf(of('alone')));
    turns.record(of('new'));
    expect(turns.turnOf(of('new'))).toBeGreaterThanOrEqual(turns.turnOf(of('alone')));
  });

  test('a shared call costs each caller its part', () => {
    const turns = new CallerTurns();
    turns.record(of('a'));
    turns.record(of('b', 'c'));
    expect([of('a'), of('b'), of('c')].map((call) => turns.turnOf(call))).toEqual([1, 0.5, 0.5]);
  });

  test('callers whose turn has passed are forgotten, and the number of remembered callers is limited', () => {
    const turns = new CallerTurns();
    for (let call = 0; call < 10_000; call += 1) turns.record(of(`caller ${call % 5}`));
    expect(turns.size).toBe(5);
    for (let call = 0; call < 50_000; call += 1) turns.record(of(`one of many ${call}`));
    expect(turns.size).toBeLessThanOrEqual(10_000);
  });
});
