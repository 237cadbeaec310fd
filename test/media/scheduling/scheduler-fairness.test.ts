/** No need starves: neither because of later needs, nor because of another destination. */
import { describe, expect, test } from 'vitest';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, startCore } from '../../support/core.ts';
import { settle } from '../../support/fake-clock.ts';
import { Gate, holdAnswers } from '../../support/gate.ts';
import { startTimedCore } from '../../support/timed-core.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(60);
const charts = [...chartsOf(NAMES), ...chartsOf(NAMES, { destination: 'county' })];

test('the oldest need is sent first, however many needs keep coming', async () => {
  const settled: string[] = [];
  const asks: Promise<void>[] = [];
  const ask = async (name: string, batchKey: string) => {
    await outcomeOf(core.submit(needOf([name]), { batchKey }));
    settled.push(name);
  };
  const late = NAMES.slice(30);
  await using core = await startCore({
    sandbox: {
      charts,
      // Each call that arrives submits one more need.
      answer: () => {
        const name = late.shift();
        if (name !== undefined) asks.push(ask(name, `late ${name}`));
        return undefined;
      },
    },
    // With one patient in each call, every need has to wait for a call of its own.
    settings: { REDOX_CONCURRENCY: '1', BATCH_MAX_PATIENTS: '1' },
  });
  // Neighbouring needs have different batch keys, so that they are not planned together.
  asks.push(...NAMES.slice(0, 30).map((name, at) => ask(name, `share ${at % 3}`)));
  await until(() => settled.length === NAMES.length);
  await Promise.all(asks);
  expect(settled).toEqual(NAMES);
});

test('halves of a refused call do not make a need wait for needs that came later', async () => {
  using gate = new Gate();
  await using core = await startCore({
    sandbox: {
      charts,
      answer: async ({ patients }) => {
        await gate.passed;
        return (patients?.length ?? 0) > 1 ? { status: 413 } : undefined;
      },
    },
    settings: { REDOX_CONCURRENCY: '1' },
  });
  const settled: string[] = [];
  const ask = async (names: string[], batchKey: string) => {
    await outcomeOf(core.submit(needOf(names), { batchKey }));
    settled.push(batchKey);
  };
  const first = ask(NAMES.slice(0, 4), 'first');
  await until(() => core.redox.inFlight === 1);
  const second = ask(['p50'], 'second');
  const third = ask(NAMES.slice(4, 8), 'third');
  gate.open();
  await Promise.all([first, second, third]);
  expect(settled).toEqual(['first', 'second', 'third']);
});

describe('a destination whose calls hang', () => {
  test.each(['2', '4', '16'])('does not delay another destination, with %s slots', async (slots) => {
    using gate = new Gate();
    await using core = await startCore({
      settings: { REDOX_CONCURRENCY: slots },
      sandbox: {
        charts,
        answer: async ({ destination }) => {
          if (destination.alias === 'general') await gate.passed;
          return undefined;
        },
      },
    });
    const hung = NAMES.map((name) => core.submit(needOf([name]), { batchKey: name }));
    await until(() => core.redox.inFlight >= Number(slots) - 1);
    for (const name of NAMES.slice(0, 5)) {
      // The gate is still closed.
      expect(await outcomeOf(core.submit(needOf([name], {}, 'county')))).toEqual(documentsOf([name]));
    }
    gate.open();
    await Promise.all(hung.map(outcomeOf));
  });
});

describe('two destinations with waiting calls', () => {
  /** Submits ten calls for each of two destinations at once. Resolves to the destinations in the order of the calls. */
  async function orderOfCalls(settings: Record<string, string>): Promise<(string | null)[]> {
    await using core = await startTimedCore({ sandbox: { charts }, settings });
    const asks = ['general', 'county'].flatMap((destination) =>
      NAMES.slice(0, 10).map((name) => core.submit(needOf([name], {}, destination), { batchKey: name })),
    );
    await core.finish(Promise.all(asks.map(outcomeOf)));
    return core.redox.calls.map(({ destinationId }) => destinationId);
  }

  test('take turns when there is a single slot', async () => {
    const order = await orderOfCalls({ REDOX_CONCURRENCY: '1' });
    expect(new Set(order.slice(0, 2)).size).toBe(2);
    expect(order.slice(2)).toEqual(order.slice(0, -2));
  });

  test('take turns when the quota is short', async () => {
    const order = await orderOfCalls({ REDOX_RATE: '10/200ms' });
    const last = order.slice(-8);
    expect(last.filter((id) => id === last[0])).toHaveLength(4);
  });
});

test('many idle destinations leave half of the slots to a busy one', async () => {
  await using core = await startCore({
    sandbox: { charts },
    settings: { REDOX_CONCURRENCY: '8' },
    moreDestinations: 20,
  });
  using gate = holdAnswers(core.redox);
  const outcomes = NAMES.map((name) => core.submit(needOf([name]), { batchKey: name })).map(outcomeOf);
  await until(() => core.redox.inFlight === 4);
  await settle();
  gate.open();
  expect(await Promise.all(outcomes)).toEqual(NAMES.map((name) => documentsOf([name])));
  expect(core.redox.maxInFlight).toBe(4);
});
