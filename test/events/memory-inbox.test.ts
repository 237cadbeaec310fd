/** The ring in memory: order, repeated events, its bounds, and positions that it no longer holds. */
import { expect, test } from 'vitest';
import { MemoryInbox } from '../../src/events/memory-inbox.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { changeOf, receivedEvent } from './received.ts';

function openInbox(maxEvents = 10, epoch = 'one'): MemoryInbox {
  return new MemoryInbox({ clock: new FakeClock(), maxEvents, epoch });
}

async function documentsAfter(inbox: MemoryInbox, position: string | null, count = 100) {
  const events = await inbox.readAfter(position, count);
  if (events === 'expired') return events;
  return events.map(({ event }) => (event.kind === 'UNREADABLE' ? event.reason : event.documentId));
}

test('events are kept and handed out in their order, each with the time at which it was recorded', async () => {
  const clock = new FakeClock();
  const inbox = new MemoryInbox({ clock, maxEvents: 10, epoch: 'one' });
  const heard: [string, number][] = [];
  inbox.listen({ recorded: ({ position, receivedAt }) => heard.push([position, receivedAt]), missed() {} });
  const began = clock.wallTime();
  await inbox.record(receivedEvent('a'));
  await clock.advance(1000);
  await inbox.record(receivedEvent('b'));
  expect(heard.map(([, receivedAt]) => receivedAt - began)).toEqual([0, 1000]);
  expect(heard.map(([position]) => position)).toEqual(['one.0', 'one.1']);
  expect(inbox.newest).toBe('one.1');
  expect(inbox.health).toEqual({ lastSeen: clock.now(), isUp: true, upSince: clock.now() - 1000 });
  expect(await documentsAfter(inbox, null)).toEqual(['a', 'b']);
});

test('a listener hears of an event before its recording resolves, and of none after it has ended', async () => {
  const inbox = openInbox();
  const heard: string[] = [];
  const end = inbox.listen({ recorded: ({ position }) => heard.push(position), missed() {} });
  await inbox.record(receivedEvent('a'));
  expect(heard).toEqual(['one.0']);
  end();
  await inbox.record(receivedEvent('b'));
  expect(heard).toEqual(['one.0']);
});

test('an event that equals the last one of its series is repeated; Delete, New and Delete are three events', async () => {
  const inbox = openInbox();
  const kinds = ['DELETED', 'SAVED', 'DELETED', 'DELETED'] as const;
  const outcomes = [];
  for (const kind of kinds) outcomes.push(await inbox.record(receivedEvent('a', { kind })));
  expect(outcomes).toEqual(['recorded', 'recorded', 'recorded', 'repeated']);
  expect(await documentsAfter(inbox, null)).toEqual(['a', 'a', 'a']);
});

test('a Replace is also the last event of the document that it replaced: what is filed again under that ID is new', async () => {
  const inbox = openInbox();
  const replace = receivedEvent('b', { kind: 'REPLACED', originalDocumentId: 'a' });
  const events = [receivedEvent('a'), replace, replace, receivedEvent('a'), receivedEvent('a')];
  const outcomes = [];
  for (const event of events) outcomes.push(await inbox.record(event));
  expect(outcomes).toEqual(['recorded', 'recorded', 'repeated', 'recorded', 'repeated']);
});

test('a Replace that comes again after the old document was filed again is a new event', async () => {
  const inbox = openInbox();
  const replace = receivedEvent('b', { kind: 'REPLACED', originalDocumentId: 'a' });
  const outcomes = [];
  for (const event of [replace, receivedEvent('a'), replace, replace])
    outcomes.push(await inbox.record(event));
  expect(outcomes).toEqual(['recorded', 'recorded', 'recorded', 'repeated']);
});

test('an event of another document in between does not make a repeated one new', async () => {
  const inbox = openInbox();
  await inbox.record(receivedEvent('a'));
  await inbox.record(receivedEvent('b'));
  expect(await inbox.record(receivedEvent('a'))).toBe('repeated');
});

test('of more series than events are kept, the one that was longest without an event is forgotten', async () => {
  const inbox = openInbox(2);
  for (const id of ['a', 'b', 'c']) await inbox.record(receivedEvent(id));
  expect(await inbox.record(receivedEvent('c'))).toBe('repeated');
  expect(await inbox.record(receivedEvent('a'))).toBe('recorded');
});

test('events are read after a position, so many as are wanted', async () => {
  const inbox = openInbox();
  for (const id of ['a', 'b', 'c', 'd']) await inbox.record(receivedEvent(id));
  expect(await documentsAfter(inbox, 'one.0', 2)).toEqual(['b', 'c']);
  expect(await documentsAfter(inbox, 'one.2')).toEqual(['d']);
  expect(await documentsAfter(inbox, 'one.3')).toEqual([]);
});

test('a position whose next event is no longer kept has expired, and the newest of the dropped ones has not', async () => {
  const inbox = openInbox(2);
  for (const id of ['a', 'b', 'c', 'd']) await inbox.record(receivedEvent(id));
  expect(await documentsAfter(inbox, 'one.0')).toBe('expired');
  expect(await documentsAfter(inbox, 'one.1')).toEqual(['c', 'd']);
  expect(await documentsAfter(inbox, null)).toEqual(['c', 'd']);
});

test.each(['two.0', 'one.4', 'one.-1', 'one.x', 'one', '', 'one.0.0', 'one.1e9'])(
  'a position that was never given out has expired: %j',
  async (position) => {
    const inbox = openInbox();
    await inbox.record(receivedEvent('a'));
    expect(await inbox.readAfter(position, 10)).toBe('expired');
  },
);

test('positions compare by their order; those of an earlier process come first', () => {
  const inbox = openInbox();
  expect(inbox.compare('one.9', 'one.10')).toBeLessThan(0);
  expect(inbox.compare('one.10', 'one.9')).toBeGreaterThan(0);
  expect(inbox.compare('one.3', 'one.3')).toBe(0);
  expect(inbox.compare('zero.99', 'one.0')).toBeLessThan(0);
});

test('events of long texts are bounded by their bytes, the newest one is kept', async () => {
  const inbox = openInbox(1000);
  const documentDescription = 'x'.repeat(4_194_304);
  for (let at = 0; at < 20; at += 1) await inbox.record(receivedEvent(`${at}`, { documentDescription }));
  const kept = await documentsAfter(inbox, null);
  expect(kept.length).toBeLessThanOrEqual(8);
  expect(kept.at(-1)).toBe('19');
});

test('an unreadable event is an event as any other', async () => {
  const inbox = openInbox();
  const event = { kind: 'UNREADABLE', reason: 'malformed', destination: null } as const;
  const received = { event, digest: 'd', series: 's', replacedSeries: null, sentAt: null };
  expect(await inbox.record(received)).toBe('recorded');
  expect(await inbox.record(received)).toBe('repeated');
  expect(await documentsAfter(inbox, null)).toEqual(['malformed']);
});

test('a closed inbox records nothing, so that Redox keeps the event', async () => {
  const inbox = openInbox();
  const heard: unknown[] = [];
  inbox.listen({ recorded: (event) => heard.push(event), missed() {} });
  inbox.close();
  await expect(inbox.record({ ...receivedEvent('a'), event: changeOf() })).rejects.toThrow();
  expect(heard).toEqual([]);
  expect(inbox.health.isUp).toBe(false);
});
