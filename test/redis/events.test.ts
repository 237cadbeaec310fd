/** Replicas that get events of Redox over one real Redis: what one records counts at all, and a kill loses and doubles nothing. */
import type { ChildProcess } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import type { RecordedEvent } from '../../src/events/media-change.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { InboxEntries } from '../../src/redis/inbox-entry.ts';
import { SharedInbox } from '../../src/redis/shared-inbox.ts';
import { Seal } from '../../src/seal.ts';
import { pushed, SETTINGS, TOKEN } from '../events/pushed.ts';
import { patientQuery } from '../resilience/operations.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { chartDocument } from '../support/own-chart.ts';
import { settingsFor, TEST_SECRET } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { Follower } from './follower.ts';
import { startRedis, type TestRedis } from './redis-server.ts';
import { startTwoReplicas } from './two-replicas.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const CHARTS = [...NAMES, 'z'].map((name) => chartDocument(name, { documentId: `${name}-1` }));

/** Resolves to the status; 0: the connection broke off. */
async function push(url: string, message: object): Promise<number> {
  const headers = { 'verification-token': TOKEN };
  const body = JSON.stringify(message);
  const response = await fetch(new URL('/redox/events', url), { method: 'POST', headers, body }).catch(
    () => null,
  );
  await response?.arrayBuffer();
  return response?.status ?? 0;
}

const about = (name: string, DocumentID: string) =>
  pushed('New', { DocumentID }, { Patient: { Identifiers: [{ ID: `SYN-${name}`, IDType: 'MR' }] } });

/** An inbox of the test's own beside those of the replicas. */
async function joinInbox(redis: TestRedis) {
  const [key = ''] = await redis.keys('events');
  const clock = createSystemClock();
  const connection = new RedisConnection(redis.url, () => undefined, clock);
  const entries = new InboxEntries(new Seal([TEST_SECRET], 'event'), new Set(['general']));
  const name = key.replace('redox-media:events:', '');
  const inbox = new SharedInbox(connection, {
    entries,
    hash: (text) => text,
    name,
    maxEvents: 10_000,
    clock,
  });
  onTestFinished(() => {
    inbox.close();
    connection.close();
  });
  await inbox.start();
  return inbox;
}

const documentOf = ({ event }: RecordedEvent) =>
  event.kind === 'UNREADABLE' ? event.reason : event.documentId;

describe('what one replica records', () => {
  test('is forgotten at the other before Redox hears that it arrived', async () => {
    await using redis = await startRedis();
    const { redox, writer, reader } = await startTwoReplicas(redis, CHARTS, SETTINGS);
    const costs = async (name: string) => {
      const before = redox.callCount;
      const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=60' };
      const body = JSON.stringify({ query: patientQuery(name) });
      await (await fetch(reader.url, { method: 'POST', headers, body })).arrayBuffer();
      return redox.callCount - before;
    };
    const unconcerned = 'z';
    expect([await costs(unconcerned), await costs(unconcerned)]).toEqual([1, 0]);
    for (const name of NAMES) {
      expect([await costs(name), await costs(name)]).toEqual([1, 0]);
      expect(await push(writer.url, about(name, `SYN-D-${name}`))).toBe(200);
      expect([await costs(name), await costs(unconcerned)]).toEqual([1, 0]);
    }
  });
});

type Replica = { readonly url: string; readonly child: ChildProcess };

/**
 * Redox sends the next event of a feed only after its 200, and each one until then, to whichever replica is there. Resolves to the
 * events of the feed once it is stopped.
 */
async function feed(number: number, replicas: () => readonly Replica[], signal: AbortSignal) {
  const sent: string[] = [];
  while (!signal.aborted) {
    const id = `SYN-D-${number}-${sent.length}`;
    for (let tries = number; ; tries += 1) {
      const status = await push(replicas()[tries % replicas().length]?.url ?? '', about('a', id));
      if (status === 200) break;
      expect([0, 503]).toContain(status);
    }
    sent.push(id);
  }
  return sent;
}

describe('a replica that is killed under events', () => {
  test('loses none and doubles none: after any cursor, at any replica, each event comes once', {
    timeout: 120_000,
  }, async () => {
    await using redis = await startRedis();
    const { redox, writer, reader } = await startTwoReplicas(redis, CHARTS, SETTINGS);
    const env = { ...settingsFor(redox), ...SETTINGS, LOG_LEVEL: 'info', REDIS_URL: redis.url };
    let replicas: readonly Replica[] = [writer, reader];
    const followers = [0, 1, 2].map(
      (number) => new Follower((tries) => replicas[(number + tries) % replicas.length]?.url ?? ''),
    );
    for (let first = 0; followers.some(({ documents }) => documents.length === 0); first += 1)
      expect(await push(writer.url, about('a', `SYN-D-first-${first}`))).toBe(200);
    const inbox = await joinInbox(redis);
    const live: RecordedEvent[] = [];
    let missed = 0;
    inbox.listen({ recorded: (event) => live.push(event), missed: () => (missed += 1) });
    const start = inbox.newest;

    const stop = new AbortController();
    const feeds = [0, 1, 2].map((number) => feed(number, () => replicas, stop.signal));
    for (let kills = 0; kills < 3; kills += 1) {
      const [oldest] = replicas;
      const count = live.length;
      await until(() => live.length > count + 20);
      oldest?.child.kill('SIGKILL');
      replicas = [...replicas.slice(1), await startGatewayProcess(env)];
    }
    stop.abort();
    const sent = await Promise.all(feeds);
    await inbox.catchUp();
    const recorded = live.map(documentOf);
    expect(recorded.toSorted()).toEqual(sent.flat().toSorted());
    for (const [number, ids] of sent.entries())
      expect(recorded.filter((id) => id?.startsWith(`SYN-D-${number}-`))).toEqual(ids);
    expect(missed).toBe(0);

    const last = recorded.at(-1);
    await until(() => followers.every(({ documents }) => documents.at(-1) === last));
    for (const { documents, codes } of followers) {
      expect(documents.filter((id) => !id?.startsWith('SYN-D-first'))).toEqual(recorded);
      expect(codes).toEqual([]);
    }
    expect(followers.reduce((sum, { continued }) => sum + continued, 0)).toBeGreaterThanOrEqual(3);
    // From one in the middle, at another inbox.
    const later = await joinInbox(redis);
    expect(await later.readAfter(start, 10_000)).toEqual(live);
    const middle = Math.floor(live.length / 2);
    expect(await later.readAfter(live[middle]?.position ?? '', 10_000)).toEqual(live.slice(middle + 1));
  });
});

test('a Redis that loses its memory ends subscriptions with CURSOR_EXPIRED, and what comes then is heard of', async () => {
  await using redis = await startRedis();
  const { writer, reader } = await startTwoReplicas(redis, CHARTS, SETTINGS);
  const followers = [writer, reader].map(({ url }) => new Follower(() => url));
  let pushes = 0;
  /** Until each follower has heard of one of them. */
  const pushSeries = async (name: string) => {
    const isHeard = () => followers.every(({ documents }) => documents.some((id) => id?.startsWith(name)));
    await until(async () => {
      pushes += 1;
      expect(await push(writer.url, about('a', `${name}-${pushes}`))).toBe(200);
      return isHeard();
    });
  };
  await pushSeries('SYN-D-before');
  await redis.flush();
  await until(() => followers.every(({ codes }) => codes.includes('CURSOR_EXPIRED')));
  await pushSeries('SYN-D-after');
  expect(followers.map(({ codes }) => codes)).toEqual([['CURSOR_EXPIRED'], ['CURSOR_EXPIRED']]);
});
