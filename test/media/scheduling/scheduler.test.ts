/** When calls are sent, and which needs share them. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  chartsOf,
  documentsOf,
  idsOf,
  namesUpTo,
  needOf,
  outcomeOf,
  patientsIn,
  startCore,
  type TestCore,
} from '../../support/core.ts';
import { settle } from '../../support/fake-clock.ts';
import { type Gate, holdAnswers } from '../../support/gate.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(100);
const sandbox = { charts: chartsOf(NAMES) };

describe('while a slot is free', () => {
  test('a need is sent at the end of its tick', async () => {
    await using core = await startCore({ sandbox });
    const ask = core.submit(needOf(['p1']));
    expect(core.observed.readings).toEqual([]);
    await new Promise(setImmediate);
    expect(core.observed.readings).toEqual(['1 call: 1 patient']);
    expect(idsOf(await ask.answer)).toEqual(documentsOf(['p1']));
  });

  test('needs of one batch key in one tick share one call, and each gets its own items', async () => {
    await using core = await startCore({ sandbox });
    const asks = NAMES.map((name) => core.submit(needOf([name])));
    expect(await Promise.all(asks.map(outcomeOf))).toEqual(NAMES.map((name) => documentsOf([name])));
    expect(core.observed.readings).toEqual(['1 call: 100 patients']);
  });

  test('needs of different batch keys never share a call, even if they are equal', async () => {
    await using core = await startCore({ sandbox });
    const asks = ['mine', 'yours', 'mine'].map((batchKey) => core.submit(needOf(['p1']), { batchKey }));
    await Promise.all(asks.map(outcomeOf));
    expect(core.observed.readings).toEqual(['1 call: 1 patient', '1 call: 1 patient']);
  });

  test('a need of the next tick does not wait for an earlier one', async () => {
    await using core = await startCore({ sandbox });
    using gate = holdAnswers(core.redox);
    const first = core.submit(needOf(['p1']));
    await new Promise(setImmediate);
    const second = core.submit(needOf(['p2']));
    await until(() => core.redox.inFlight === 2);
    gate.open();
    await Promise.all([first.answer, second.answer]);
  });

  test('operations that start in the same tick share a call', async () => {
    await using core = await startCore({ sandbox });
    const loads = NAMES.map((name) => core.openOperation().load(needOf([name])));
    expect(await Promise.all(loads.map(outcomeOf))).toEqual(NAMES.map((name) => documentsOf([name])));
    expect(core.redox.callCount).toBe(1);
  });
});

describe('while all slots are busy', () => {
  /** Starts a core with one slot, which a call for p0 holds until the gate is opened. */
  async function startBusy(): Promise<{ core: TestCore; gate: Gate; first: Promise<unknown> }> {
    const core = await startCore({ sandbox, settings: { REDOX_CONCURRENCY: '1' } });
    const gate = holdAnswers(core.redox);
    const first = core.submit(needOf(['p0'])).answer;
    await until(() => core.redox.inFlight === 1);
    return { core, gate, first };
  }

  test('99 different operations, each in a tick of its own, share one call when the slot is free', async () => {
    const { core, gate, first } = await startBusy();
    await using _ = core;
    const answers: Promise<string[] | string>[] = [];
    for (const name of NAMES.slice(1)) {
      answers.push(outcomeOf(core.openOperation().load(needOf([name]))));
      await new Promise(setImmediate);
    }
    expect(core.redox.callCount).toBe(1);
    gate.open();
    expect(await Promise.all(answers)).toEqual(NAMES.slice(1).map((name) => documentsOf([name])));
    await first;
    expect(core.observed.readings).toEqual(['1 call: 1 patient', '1 call: 99 patients']);
  });

  test('waiting needs are planned again with new ones: two types of one patient become one call', async () => {
    const { core, gate } = await startBusy();
    await using _ = core;
    const photo = core.submit(needOf(['p1'], { documentTypes: ['Photo'] }));
    await settle();
    const form = core.submit(needOf(['p1'], { documentTypes: ['Consent Form'] }));
    gate.open();
    expect([await outcomeOf(photo), await outcomeOf(form)]).toEqual([['p1-a'], ['p1-b']]);
    expect(core.observed.readings).toEqual(['1 call: 1 patient', '1 call: 1 patient × 2 types']);
  });

  test('a list beyond the limit is cut evenly, and its parts are united again; a slot is kept for other destinations', async () => {
    await using core = await startCore({
      sandbox,
      settings: { BATCH_MAX_PATIENTS: '10', REDOX_CONCURRENCY: '3' },
    });
    using gate = holdAnswers(core.redox);
    const whole = core.submit(needOf(NAMES.slice(0, 25)));
    const other = core.submit(needOf(NAMES.slice(20, 30)));
    await until(() => core.redox.inFlight === 2);
    await settle();
    gate.open();
    expect(idsOf(await whole.answer)).toEqual(documentsOf(NAMES.slice(0, 25)));
    expect(idsOf(await other.answer)).toEqual(documentsOf(NAMES.slice(20, 30)));
    expect(core.redox.calls.map((call) => patientsIn(call).length)).toEqual([10, 10, 10]);
    expect(core.redox.maxInFlight).toBe(2);
  });

  test('with a batch key for each operation (BATCH_SCOPE=operation), needs of different operations share no calls', async () => {
    const { core, gate } = await startBusy();
    await using _ = core;
    const operations = Array.from({ length: 3 }, () => core.openOperation({ batchKey: randomUUID() }));
    const loads = operations.flatMap((operation) => [
      operation.load(needOf(['p1'])),
      operation.load(needOf(['p2'])),
    ]);
    gate.open();
    const expected = operations.flatMap(() => [documentsOf(['p1']), documentsOf(['p2'])]);
    expect(await Promise.all(loads.map(outcomeOf))).toEqual(expected);
    expect(core.observed.readings.slice(1)).toEqual(operations.map(() => '1 call: 2 patients'));
  });
});

test('when an event handler throws, the call fails and its slot is freed', async () => {
  await using core = await startCore({ sandbox, settings: { REDOX_CONCURRENCY: '1' } });
  core.observed.failsNext = true;
  await expect(core.submit(needOf(['p1'])).answer).rejects.toThrow('a log is full');
  expect(idsOf(await core.submit(needOf(['p1'])).answer)).toEqual(documentsOf(['p1']));
});
