/** Operations answered by one call are answered a few at a time while calls are plentiful, so that clients do not move in step. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Answers } from '../../../src/media/scheduling/answers.ts';
import { PendingNeed } from '../../../src/media/scheduling/pending-need.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, startCore } from '../../support/core.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { holdAnswers } from '../../support/gate.ts';
import { until } from '../../support/until.ts';

const NAMES = namesUpTo(12);

/** Creates complete needs: two for each name, in an operation of their own. */
function createComplete(names: readonly string[]) {
  const answered: string[] = [];
  const needs = names.flatMap((name) => {
    const operation = {};
    return [`${name} first`, `${name} second`].map((label) => {
      const options = { batchKey: '', operation, deadline: 1, submittedAt: 0 };
      const pending = new PendingNeed(needOf([label]), options);
      pending.answer.then(
        () => answered.push(label),
        () => answered.push(`${label} failed`),
      );
      return pending;
    });
  });
  return { answered, needs };
}

test('while calls are plentiful, four operations are answered in each turn of the event loop, the oldest first', async () => {
  const { answered, needs } = createComplete(NAMES);
  const labels = NAMES.flatMap((name) => [`${name} first`, `${name} second`]);
  new Answers(new FakeClock()).answer(needs.toReversed(), true);
  await Promise.resolve();
  expect(answered.toSorted()).toEqual(labels.slice(0, 8).toSorted());
  await turn();
  expect(answered.slice(8).toSorted()).toEqual(labels.slice(8, 16).toSorted());
  await turn();
  expect(answered.slice(16).toSorted()).toEqual(labels.slice(16).toSorted());
});

test('while calls are not plentiful, all operations are answered at once', async () => {
  const { answered, needs } = createComplete(NAMES);
  new Answers(new FakeClock()).answer(needs, false);
  await Promise.resolve();
  expect(answered).toHaveLength(24);
});

test('an operation that ends before its turn fails, and delays no other operation', async () => {
  const { answered, needs } = createComplete(NAMES);
  const last = needs.slice(-2);
  new Answers(new FakeClock()).answer(needs, true);
  for (const pending of last) pending.fail(new Error('the caller has hung up'));
  for (let turns = 0; turns < 3; turns += 1) await turn();
  expect(answered.filter((label) => label.endsWith('failed'))).toEqual([
    'p11 first failed',
    'p11 second failed',
  ]);
  expect(answered).toHaveLength(24);
});

/** Counts the calls for clients that are answered by one call, and each start another operation at once. */
async function countCallsOfClients(settings: Readonly<Record<string, string>>): Promise<number> {
  await using core = await startCore({ sandbox: { charts: chartsOf(NAMES) }, settings });
  const gate = holdAnswers(core.redox);
  const ask = async (name: string) => {
    expect(await outcomeOf(core.openOperation().load(needOf([name])))).toEqual(documentsOf([name]));
  };
  const clients = NAMES.map(async (name) => {
    await ask(name);
    await ask(name);
  });
  await until(() => core.redox.inFlight === 1);
  gate.open();
  await Promise.all(clients);
  return core.redox.callCount;
}

test('clients that were answered by one call cause several calls with their next operations', async () => {
  expect(await countCallsOfClients({ REDOX_RATE: '1000/1s' })).toBeGreaterThan(2);
});

test('while the quota is short, clients that were answered by one call cause one call with their next operations', async () => {
  expect(await countCallsOfClients({ REDOX_RATE: '4/60s' })).toBe(2);
});
