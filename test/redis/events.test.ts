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

describe('a replica that is killed under events', () => {
  test('loses none and doubles none, however often: after any position each event comes once', {
    timeout: 120_000,
  }, async () => {
    await using redis = await startRedis();
    const { redox, writer, reader } = await startTwoReplicas(redis, CHARTS, SETTINGS);
    const env = { ...settingsFor(redox), ...SETTINGS, LOG_LEVEL: 'info', REDIS_URL: redis.url };
    let replicas: readonly { readonly url: string; readonly child: ChildProcess }[] = [writer, reader];
    expect(await push(writer.url, about('a', 'SYN-D-first'))).toBe(200);
    const inbox = await joinInbox(redis);
    const live: RecordedEvent[] = [];
    const missed: number[] = [];
    inbox.listen({ recorded: (event) => live.push(event), missed: () => missed.push(live.length) });
    const start = inbox.newest;

    /** Redox sends the next event of a feed only after its 200, and every one until then, to whichever replica is there. */
    const isOver = { now: false };
    const sent: string[][] = [[], [], []];
    const feeds = sent.map(async (feed, number) => {
      for (let at = 0; !isOver.now; at += 1) {
        const id = `SYN-D-${number}-${at}`;
        for (let tries = number; ; tries += 1) {
          const status = await push(replicas[tries % replicas.length]?.url ?? '', about('a', id));
          if (status === 200) break;
          expect([0, 503]).toContain(status);
        }
        feed.push(id);
      }
    });
    for (let kills = 0; kills < 3; kills += 1) {
      const [oldest] = replicas;
      const count = live.length;
      await until(() => live.length > count + 20);
      oldest?.child.kill('SIGKILL');
      const next = await startGatewayProcess(env);
      replicas = [...replicas.slice(1), next];
    }
    isOver.now = true;
    await Promise.all(feeds);
    await inbox.catchUp();
    const recorded = live.map(documentOf);
    expect(recorded.toSorted()).toEqual(sent.flat().toSorted());
    for (const [number, feed] of sent.entries())
      expect(recorded.filter((id) => id?.startsWith(`SYN-D-${number}-`))).toEqual(feed);
    expect(missed).toEqual([]);
    // From the first position, and from one in the middle, at another inbox.
    const later = await joinInbox(redis);
    expect(await later.readAfter(start, 10_000)).toEqual(live);
    const middle = Math.floor(live.length / 2);
    expect(await later.readAfter(live[middle]?.position ?? '', 10_000)).toEqual(live.slice(middle + 1));
  });
});
