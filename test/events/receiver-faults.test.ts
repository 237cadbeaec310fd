/** Events that are too large, break off or cannot be recorded, and messages of Redox that are no events. */
import { expect, test } from 'vitest';
import { MemoryInbox } from '../../src/events/memory-inbox.ts';
import { type EventReport, Receiver } from '../../src/events/receiver.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { CHANGE, openReceiver, pushed, SOURCE_ID } from './pushed.ts';

const meta = (members: Record<string, unknown>) => ({ Meta: { ...pushed('New').Meta, ...members } });

test('a file of 40 MB is no part of what is held, and the event is read', async () => {
  const { receive, events } = openReceiver();
  await receive(pushed('New', { FileContents: 'A'.repeat(40_000_000) }));
  expect(await events()).toEqual([CHANGE]);
});

test.each([
  ['a file', { FileContents: 'A'.repeat(44_000_000) }, 'general'],
  ['a text beside the file', { DocumentDescription: 'A'.repeat(270_000) }, null],
])(
  'an event that is too large by %s is read to its end and recorded as unreadable',
  async (_, media, destination) => {
    const { receive, events, reports } = openReceiver();
    expect(await receive(pushed('New', media))).toBe('taken');
    expect(await receive(pushed('New', media))).toBe('taken');
    expect(await events()).toEqual([{ kind: 'UNREADABLE', reason: 'too-large', destination }]);
    expect(reports.map(({ outcome }) => outcome)).toEqual(['recorded', 'repeated']);
  },
);

test('an event without an end is recorded as too large when enough of it was read', async () => {
  const { receiver, events } = openReceiver();
  const piece = Buffer.alloc(1_048_576, 'A');
  let pieces = 0;
  async function* endless() {
    yield Buffer.from('{"Media":{"FileContents":"');
    for (;;) {
      pieces += 1;
      yield piece;
    }
  }
  expect(await receiver.receive(endless())).toBe('taken');
  expect(pieces).toBeLessThan(100);
  expect(await events()).toEqual([{ kind: 'UNREADABLE', reason: 'too-large', destination: null }]);
});

test('an event that breaks off is not taken, and not recorded', async () => {
  const { receiver, events, reports } = openReceiver();
  async function* broken() {
    yield Buffer.from('{"Meta":');
    throw new Error('the sender has left');
  }
  expect(await receiver.receive(broken())).toBe('kept-away');
  expect(await events()).toEqual([]);
  expect(reports).toMatchObject([{ kind: null, outcome: 'incomplete' }]);
});

test('an event that cannot be recorded is not taken', async () => {
  const { receive, inbox, reports } = openReceiver();
  inbox.close();
  expect(await receive(pushed('New'))).toBe('kept-away');
  expect(reports).toMatchObject([{ kind: 'SAVED', outcome: 'failed', lagMs: null }]);
});

/** As one whose store has hung up without a word. */
class SilentInbox extends MemoryInbox {
  override record(): Promise<never> {
    return new Promise(() => undefined);
  }
}

test('an event whose recording does not end is not taken', async () => {
  const clock = new FakeClock();
  const reports: EventReport[] = [];
  const receiver = new Receiver({
    inbox: new SilentInbox({ clock, maxEvents: 10, epoch: 'silent' }),
    sources: new Map([[SOURCE_ID, 'general']]),
    clock,
    report: (report) => void reports.push(report),
  });
  async function* body() {
    yield Buffer.from(JSON.stringify(pushed('New')));
  }
  const received = receiver.receive(body());
  await clock.advance(10_000);
  expect(await received).toBe('kept-away');
  expect(reports).toMatchObject([{ kind: 'SAVED', outcome: 'failed' }]);
});

test('the lag is the time from the event to its recording, and none where Redox states no time', async () => {
  const { receive, reports, clock } = openReceiver();
  await clock.advance(1500);
  await receive(pushed('New'));
  await receive(pushed('Delete', {}, meta({ EventType: 'Delete', EventDateTime: 'yesterday' })));
  await receive(pushed('New', {}, meta({ EventDateTime: '2030-01-01T00:00:00Z' })));
  expect(reports.map(({ lagMs }) => lagMs)).toEqual([1500, null, 0]);
});

test('a verification is no event: its challenge is handed on', async () => {
  const { receive, events, reports } = openReceiver();
  const message = '{"verification-token":"token","challenge":"c-1"}';
  expect(await receive(message)).toEqual({ kind: 'VERIFICATION', token: 'token', challenge: 'c-1' });
  expect(await events()).toEqual([]);
  expect(reports).toEqual([]);
});

test('an event with a challenge in it is an event', async () => {
  const { receive, events } = openReceiver();
  expect(await receive(pushed('New', {}, { challenge: 'c-1', 'verification-token': 'wrong' }))).toBe('taken');
  expect(await receive('{"Meta":null,"challenge":"c-1"}')).toBe('taken');
  expect((await events()).map(({ kind }) => kind)).toEqual(['SAVED', 'UNREADABLE']);
});

test('a challenge that no Redox sends is an unreadable message', async () => {
  const { receive, events } = openReceiver();
  expect(await receive(JSON.stringify({ challenge: 'x'.repeat(1025) }))).toBe('taken');
  expect(await events()).toMatchObject([{ reason: 'malformed' }]);
});
