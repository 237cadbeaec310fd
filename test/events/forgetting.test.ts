/** What an event makes old answers no question any more: neither from memory nor from a call that was sent before it. */

import { describe, expect, test } from 'vitest';
import { Forgetting } from '../../src/events/forgetting.ts';
import { MemoryInbox } from '../../src/events/memory-inbox.ts';
import { destinationAlias, rightsKey } from '../../src/media/model/keys.ts';
import { createNeed } from '../../src/media/model/need.ts';
import { FRESH } from '../../src/media/recent/freshness.ts';
import { RecentAnswers } from '../../src/media/recent/recent-answers.ts';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf } from '../support/core.ts';
import { startTimedCore } from '../support/timed-core.ts';
import { receivedEvent } from './received.ts';

const RECENT_MS = 120_000;
const MAX_AGE = { ...FRESH, maxAgeMs: RECENT_MS };
const ALIASES = ['general', 'county'] as const;

const mr = (name: string) => [{ idType: 'MR', id: `SYN-${name}` }];

async function startForgetting() {
  const charts = chartsOf(namesUpTo(5));
  const core = await startTimedCore({ sandbox: { charts } });
  const { clock, scheduler } = core;
  const answers = new RecentAnswers({ recentMs: RECENT_MS, maxBytes: 1_000_000, clock });
  const inbox = new MemoryInbox({ clock, maxEvents: 100, epoch: 'e' });
  const { orders } = scheduler.fence;
  const forgetting = new Forgetting(() => orders);
  inbox.listen(forgetting);
  const open = () =>
    core.openOperation({
      freshness: MAX_AGE,
      recent: { answers, rightsKey: rightsKey('all'), expiresAt: Number.POSITIVE_INFINITY },
      batchKey: 'all',
    });
  /** How many calls it costs to ask for each patient at each destination, for callers who accept what is remembered. */
  const costs = async (names: readonly string[]) => {
    const all = ALIASES.flatMap((alias) => names.map((name) => needOf([name], {}, alias)));
    const calls: number[] = [];
    for (const need of all) {
      const operation = open();
      calls.push(await core.countCalls(() => core.finish(outcomeOf(operation.load(need)))));
    }
    return calls;
  };
  return Object.assign(core, { inbox, forgetting, open, costs });
}

describe('what is remembered', () => {
  test.each([
    ['of the patient of an event is forgotten', receivedEvent('d', { identifiers: mr('p1') }), [1, 0, 0, 0]],
    [
      'of a patient who may be the one of an event is forgotten',
      receivedEvent('d', { identifiers: [{ idType: 'EHRID', id: 'e' }] }),
      [1, 1, 0, 0],
    ],
    [
      'of a destination is forgotten by an event whose patient can be read in part only',
      receivedEvent('d', { identifiers: mr('p1'), isPatientPartlyRead: true }),
      [1, 1, 0, 0],
    ],
    ['of a destination is forgotten by an event without a patient', receivedEvent('d'), [1, 1, 0, 0]],
    [
      'of another destination is kept',
      receivedEvent('d', { destination: destinationAlias('county'), identifiers: mr('p2') }),
      [0, 0, 0, 1],
    ],
    [
      'of a destination that only another replica knows is forgotten everywhere',
      receivedEvent('d', { destination: destinationAlias('elsewhere'), identifiers: mr('p1') }),
      [1, 0, 1, 0],
    ],
  ])('%s', async (_, event, expected) => {
    await using core = await startForgetting();
    expect(await core.costs(['p1', 'p2'])).toEqual([1, 1, 1, 1]);
    expect(await core.costs(['p1', 'p2'])).toEqual([0, 0, 0, 0]);
    await core.inbox.record(event);
    expect(await core.costs(['p1', 'p2'])).toEqual(expected);
  });

  test.each([
    ['of its destination', destinationAlias('general'), [1, 1, 0, 0]],
    ['of every destination, where it has none', null, [1, 1, 1, 1]],
  ])('is forgotten by an event that could not be read: %s', async (_, destination, expected) => {
    await using core = await startForgetting();
    await core.costs(['p1', 'p2']);
    const event = { kind: 'UNREADABLE', reason: 'malformed', destination } as const;
    await core.inbox.record({ ...receivedEvent('d'), event });
    expect(await core.costs(['p1', 'p2'])).toEqual(expected);
  });

  test('is all forgotten when events were missed', async () => {
    await using core = await startForgetting();
    await core.costs(['p1', 'p2']);
    core.forgetting.missed();
    expect(await core.costs(['p1', 'p2'])).toEqual([1, 1, 1, 1]);
  });

  test('of the time soon after an event serves no new question, as after a write', async () => {
    await using core = await startForgetting();
    await core.inbox.record(receivedEvent('d', { identifiers: mr('p1') }));
    expect(await core.costs(['p1', 'p2'])).toEqual([1, 1, 1, 1]);
    expect(await core.costs(['p1', 'p2'])).toEqual([1, 0, 0, 0]);
    await core.clock.advance(RECENT_MS + 1);
    await core.costs(['p1']);
    expect(await core.costs(['p1'])).toEqual([0, 0]);
  });

  test('of others is kept, however many events arrive', async () => {
    await using core = await startForgetting();
    await core.costs(['p1', 'p2']);
    for (let at = 0; at < 5000; at += 1)
      await core.inbox.record(receivedEvent(`d${at}`, { identifiers: mr(`x${at}`) }));
    expect(await core.costs(['p1', 'p2'])).toEqual([0, 0, 0, 0]);
  });
});

test('a call in flight is joined by no question that is asked after an event about its patient', async () => {
  await using core = await startForgetting();
  const ask = (name: string) =>
    outcomeOf(core.open().load(createNeed(destinationAlias('general'), { patients: [mr(name)] })));
  const calls = await core.countCalls(async () => {
    const first = [ask('p1'), ask('p2')];
    await core.clock.advance(50);
    await core.inbox.record(receivedEvent('d', { identifiers: mr('p1') }));
    const later = [ask('p1'), ask('p2')];
    for (const [at, one] of [...first, ...later].entries()) {
      expect((await core.finish(one)).result).toEqual(documentsOf([at % 2 === 0 ? 'p1' : 'p2']));
    }
  });
  expect(calls).toBe(2);
});
