/** An event that cannot be read, or recorded, is one line a minute in the log, without a word of what it said. */

import { expect, test } from 'vitest';
import type { EventReport } from '../../src/events/receiver.ts';
import { createEventLog } from '../../src/gateway/event-log.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { openReceiver, pushed } from '../events/pushed.ts';
import { FakeClock } from '../support/fake-clock.ts';

const UNREADABLE: EventReport = {
  kind: 'UNREADABLE',
  reason: 'unknown-source',
  destination: null,
  outcome: 'recorded',
  lagMs: null,
};

function openAlarms() {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  const alarms = createEventLog(log, clock);
  return { clock, alarms, alarm: (event: EventReport) => alarms.event(event), lines };
}

const eventsOf = (lines: readonly string[]) =>
  lines.map((line) => {
    const { time, level, ...event } = JSON.parse(line) as Record<string, unknown>;
    expect(level).toBe(50);
    return event;
  });

test('each reason has a line a minute, however many events there are', async () => {
  const { clock, alarm, lines } = openAlarms();
  const malformed: EventReport = {
    ...UNREADABLE,
    reason: 'malformed',
    destination: destinationAlias('general'),
  };
  for (let times = 0; times < 3; times += 1) for (const event of [UNREADABLE, malformed]) alarm(event);
  const unknown = { event: 'event-unreadable', reason: 'unknown-source', destination: null };
  expect(eventsOf(lines)).toEqual([
    unknown,
    { event: 'event-unreadable', reason: 'malformed', destination: 'general' },
  ]);
  await clock.advance(59_999);
  alarm(UNREADABLE);
  expect(lines).toHaveLength(2);
  await clock.advance(1);
  alarm(UNREADABLE);
  expect(eventsOf(lines)[2]).toEqual(unknown);
});

test('an event that cannot be recorded has a line a minute, whatever it is', () => {
  const { alarm, lines } = openAlarms();
  alarm({ ...UNREADABLE, outcome: 'failed' });
  alarm({ ...UNREADABLE, kind: 'SAVED', reason: null, outcome: 'failed' });
  expect(eventsOf(lines)).toEqual([{ event: 'events-not-recorded' }]);
});

test('events that were missed have a line a minute, however many there were', async () => {
  const { clock, alarms, lines } = openAlarms();
  for (let times = 0; times < 3; times += 1) alarms.missed();
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 40, event: 'events-missed' }]);
  await clock.advance(60_000);
  alarms.missed();
  expect(lines).toHaveLength(2);
});

test.each<Partial<EventReport>>([
  { outcome: 'repeated' },
  { kind: 'SAVED', reason: null },
  { kind: null, reason: null, outcome: 'incomplete' },
])('what needs no one has no line: %j', (fields) => {
  const { alarm, lines } = openAlarms();
  alarm({ ...UNREADABLE, ...fields });
  expect(lines).toEqual([]);
});

test('a line holds nothing of the event', async () => {
  const { alarm, lines } = openAlarms();
  const { receive, reports } = openReceiver();
  await receive(pushed('New', {}, { Meta: { DataModel: 'SYN-MODEL', Source: { ID: 'SYN-SOURCE' } } }));
  for (const report of reports) alarm(report);
  expect(lines).toHaveLength(1);
  expect(lines.join()).not.toContain('SYN-');
});
