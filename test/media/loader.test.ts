/** One operation's loader: what is loaded answers what it contains; the operation's end ends its loads. */

import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AnswerHook } from '../../sandbox/sandbox.ts';
import { GatewayError } from '../../src/errors.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, startCore } from '../support/core.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { Gate } from '../support/gate.ts';
import { startTimedCore } from '../support/timed-core.ts';
import { until } from '../support/until.ts';

const NAMES = namesUpTo(50);
const charts = chartsOf(NAMES);
const gone = new GatewayError('UPSTREAM_UNAVAILABLE', { retryable: true });

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  process.on('unhandledRejection', noteUnhandled);
});
afterEach(async () => {
  await turn();
  process.off('unhandledRejection', noteUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
});

describe('what an operation has loaded', () => {
  test('answers what it contains, without a call', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const operation = core.openOperation();
    await operation.load(needOf(NAMES));
    const calls = await core.countCalls(async () => {
      expect(await outcomeOf(operation.load(needOf(['p3'])))).toEqual(documentsOf(['p3']));
      expect(await outcomeOf(operation.load(needOf(['p3'], { documentTypes: ['Photo'] })))).toEqual(['p3-a']);
      expect(await outcomeOf(operation.load(needOf(['p4'], { documentIds: ['p4-b'] })))).toEqual(['p4-b']);
      expect(await outcomeOf(operation.load(needOf(['p4'], { documentIds: ['p5-b'] })))).toEqual([]);
    });
    expect(calls).toBe(0);
  });

  test('answers nothing else: more patients, another destination, another operation', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const operation = core.openOperation();
    await operation.load(needOf(['p1']));
    const others = [
      () => operation.load(needOf(['p1', 'p2'])),
      () => operation.load(needOf(['p1'], {}, 'county')),
      () => core.openOperation().load(needOf(['p1'])),
    ];
    for (const other of others) expect(await core.countCalls(other)).toBe(1);
  });

  test('is asked again after a write that it may be older than, and not after one about another patient', async () => {
    await using core = await startTimedCore({ sandbox: { charts } });
    const operation = core.openOperation();
    const write = (name: string) => {
      const options = { deadline: core.clock.now() + 10_000, signal: new AbortController().signal };
      const patient = [{ idType: 'MR', id: `SYN-${name}` }];
      return core.scheduler.write([destinationAlias('general')], async () => undefined, {
        patient,
        ...options,
      });
    };
    const load = () => operation.load(needOf(['p3']));
    expect(await core.countCalls(load)).toBe(1);
    await write('p4');
    expect(await core.countCalls(load)).toBe(0);
    await write('p3');
    expect(await core.countCalls(load)).toBe(1);
    expect(await core.countCalls(load)).toBe(0);
  });

  test('does not answer where an item leaves open whose it is: that is asked', async () => {
    const answer: AnswerHook = (_, documents) =>
      documents.map((document) => ({ ...document, identifiers: [] }));
    await using core = await startCore({ sandbox: { charts, answer } });
    const operation = core.openOperation();
    expect(await outcomeOf(operation.load(needOf(['p1', 'p2'])))).toEqual(documentsOf(['p1', 'p2']));
    const calls = await core.countCalls(async () => {
      expect(await outcomeOf(operation.load(needOf(['p1'])))).toEqual(documentsOf(['p1']));
    });
    expect(calls).toBe(1);
  });
});

describe('a load', () => {
  test('costs no call for an empty list', async () => {
    await using core = await startCore({ sandbox: { charts } });
    expect(await core.openOperation().load(needOf([]))).toEqual([]);
    expect(await core.openOperation().load(needOf(['p1'], { documentTypes: [] }))).toEqual([]);
    expect(core.redox.callCount).toBe(0);
  });

  test('of a destination that is not configured fails alone', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const operation = core.openOperation();
    const [known, unknown] = [
      operation.load(needOf(['p1'])),
      operation.load(needOf(['p1'], {}, 'elsewhere')),
    ];
    await expect(unknown).rejects.toThrow('unknown destination');
    expect(await outcomeOf(known)).toEqual(documentsOf(['p1']));
  });

  test('that fails takes none of its batch along', async () => {
    await using core = await startCore({
      sandbox: {
        charts,
        answer: ({ documentTypes }) => (documentTypes === null ? undefined : { status: 403 }),
      },
    });
    const operation = core.openOperation();
    const good = operation.load(needOf(['p1']));
    const bad = operation.load(needOf(['p2'], { documentTypes: ['Photo'] }));
    expect(await Promise.all([good, bad].map(outcomeOf))).toEqual([documentsOf(['p1']), 'UPSTREAM_REJECTED']);
  });
});

describe("the operation's end", () => {
  test('fails open loads with its own reason, while Redox still has them', async () => {
    using gate = new Gate();
    const answer = () => gate.passed.then(() => undefined);
    await using core = await startCore({ sandbox: { charts, answer } });
    const ending = new AbortController();
    const operation = core.openOperation({ signal: ending.signal });
    const open = operation.load(needOf(['p1']));
    await until(() => core.redox.inFlight === 1);
    const batched = operation.load(needOf(['p2']));
    ending.abort(gone);
    await expect(batched).rejects.toBe(gone);
    await expect(open).rejects.toBe(gone);
    await expect(operation.load(needOf(['p3']))).rejects.toBe(gone);
    await until(() => core.redox.inFlight === 0);
    expect(core.redox.callCount).toBe(1);
  });
});

test('1,000 operations leave no timer and no ask behind, whether they were answered or left', async () => {
  const clock = new FakeClock();
  // Slow enough that some leave while their call is under way.
  const answer = async () => {
    for (let turns = 0; turns < 5; turns++) await turn();
    return undefined;
  };
  await using core = await startCore({ sandbox: { charts, answer, maxRecordedCalls: 10 }, clock });
  const run = async (round: number) => {
    const loads = namesUpTo(10).map(async (name, at) => {
      const ending = new AbortController();
      const operation = core.openOperation({ signal: ending.signal, batchKey: `share ${round} ${at}` });
      const load = outcomeOf(operation.load(needOf([name, `p${round % 40}`])));
      if (at % 3 === 0) await turn();
      if (at % 2 === 0) ending.abort(gone);
      return load;
    });
    await Promise.all(loads);
  };
  for (let round = 0; round < 20; round++) await run(round);
  await until(() => core.redox.inFlight === 0);
  const pendingNeeds: WeakRef<object>[] = [];
  const submit = core.scheduler.submit.bind(core.scheduler);
  core.scheduler.submit = (...submitted) => {
    const pending = submit(...submitted);
    pendingNeeds.push(new WeakRef(pending));
    return pending;
  };
  for (let round = 0; round < 100; round++) await run(round);
  await until(() => core.redox.inFlight === 0);
  await settle();
  // One timer of the process looks after slow calls, and ends when there are none.
  await clock.advance(5000);
  expect(clock.nextTimerMs).toBe(Number.POSITIVE_INFINITY);
  collectGarbage();
  expect(pendingNeeds.length).toBeGreaterThan(400);
  expect(pendingNeeds.filter((one) => one.deref() !== undefined).length).toBeLessThan(20);
  expect(await core.countCalls(() => core.submit(needOf(['p1'])).answer)).toBe(1);
});
