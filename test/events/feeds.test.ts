/** Of which destinations all events arrive, as far as it can be known: doubt costs calls, and never shows an old chart. */

import { expect, test } from 'vitest';
import { Feeds } from '../../src/events/feeds.ts';
import type { UnreadableEvent } from '../../src/events/media-change.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { changeOf } from './received.ts';

const HOUR_MS = 3_600_000;
const NOT = Number.POSITIVE_INFINITY;

function createFeeds() {
  const clock = new FakeClock();
  const inbox: { upSince: number | null } = { upSince: clock.now() };
  const health = () => ({ lastSeen: null, isUp: inbox.upSince !== null, upSince: inbox.upSince });
  const feeds = new Feeds(
    {
      get health() {
        return health();
      },
    },
    clock,
  );
  const hear = (event: UnreadableEvent | ReturnType<typeof changeOf> = changeOf()) =>
    feeds.recorded({ position: '1', receivedAt: clock.wallTime(), event });
  return { clock, inbox, feeds, hear };
}

const [GENERAL, COUNTY] = [destinationAlias('general'), destinationAlias('county')];

test('a destination is live from its first event on, also from one that could not be read', async () => {
  const { clock, feeds, hear } = createFeeds();
  expect(feeds.liveSince(GENERAL)).toBe(NOT);
  await clock.advance(10);
  hear();
  const first = clock.now();
  await clock.advance(10);
  hear();
  expect([feeds.liveSince(GENERAL), feeds.liveSince(COUNTY)]).toEqual([first, NOT]);
  hear({ kind: 'UNREADABLE', reason: 'malformed', destination: null });
  expect(feeds.liveSince(COUNTY)).toBe(NOT);
  hear({ kind: 'UNREADABLE', reason: 'unknown-event', destination: changeOf().destination });
  expect(feeds.liveSince(GENERAL)).toBe(first);
});

test('it is not live while the inbox is away, and then from its return on', async () => {
  const { clock, inbox, feeds, hear } = createFeeds();
  hear();
  inbox.upSince = null;
  expect(feeds.liveSince(GENERAL)).toBe(NOT);
  await clock.advance(10);
  inbox.upSince = clock.now();
  expect(feeds.liveSince(GENERAL)).toBe(clock.now());
});

test('events that were missed are a break, as an hour without any is', async () => {
  const { clock, feeds, hear } = createFeeds();
  hear();
  await clock.advance(10);
  feeds.missed();
  expect(feeds.liveSince(GENERAL)).toBe(clock.now());
  await clock.advance(HOUR_MS - 11);
  expect(feeds.liveSince(GENERAL)).not.toBe(NOT);
  await clock.advance(1);
  expect(feeds.liveSince(GENERAL)).toBe(NOT);
  hear();
  expect(feeds.liveSince(GENERAL)).toBe(clock.now());
});
