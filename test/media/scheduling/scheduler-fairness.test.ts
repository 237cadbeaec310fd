/** No need waits for ever: neither behind later needs, nor behind another destination. */
import { describe, expect, test } from 'vitest';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, startCore } from '../../support/core.ts';
import { settle } from '../../support/fake-clock.ts';
import { Gate, holdAnswers } from '../../support/gate.ts';
import { startTimedCore } from '../../support/timed-core.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(60);
const charts = [...chartsOf(NAMES), ...chartsOf(NAMES, { destination: 'county' })];

test('the oldest need goes first, whatever keeps coming after it', async () => {
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
      // With every call that arrives, one more need has come meanwhile.
      answer: () => {
        const name = late.shift();
        if (name !== undefined) asks.push(ask(name, `late ${name}`));
        return undefined;
      },
    },
    // One patient a call: every need has to wait for its own turn.
    settings: { REDOX_CONCURRENCY: '1', BATCH_MAX_PATIENTS: '1' },
  });
  // Batch keys in turn, so that no two neighbours are planned together.
  asks.push(...NAMES.slice(0, 30).map((name, at) => ask(name, `share ${at % 3}`)));
  await until(() => settled.length === NAMES.length);
  await Promise.all(asks);
  expect(settled).toEqual(NAMES);
});

test('halves of refused calls do not keep a need waiting behind needs that came later', async () => {
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
  test.each(['2', '4', '16'])('does not delay another one, with %s slots', async (slots) => {
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

describe('destinations with backlogs', () => {
  /** The destinations of the calls in their order, when both have ten calls to send at the same moment. */
  async function orderOfCalls(settings: Record<string, string>): Promise<(string | null)[]> {
    await using core = await startTimedCore({ sandbox: { charts }, settings });
    const asks = ['general', 'county'].flatMap((destination) =>
      NAMES.slice(0, 10).map((name) => core.submit(needOf([name], {}, destination), { batchKey: name })),
    );
    await core.finish(Promise.all(asks.map(outcomeOf)));
    return core.redox.calls.map(({ destinationId }) => destinationId);
  }

  test('take turns at a single slot', async () => {
    const order = await orderOfCalls({ REDOX_CONCURRENCY: '1' });
    expect(new Set(order.slice(0, 2)).size).toBe(2);
    expect(order.slice(2)).toEqual(order.slice(0, -2));
  });

  test('take turns at a short quota', async () => {
    const order = await orderOfCalls({ REDOX_RATE: '10/200ms' });
    const last = order.slice(-8);
    expect(last.filter((id) => id === last[0])).toHaveLength(4);
  });
});

test('many quiet destinations leave a busy one half of the slots', async () => {
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
