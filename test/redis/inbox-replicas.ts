/** Replicas with one inbox of events in Redis. */
import { onTestFinished } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import type { RecordedEvent } from '../../src/events/media-change.ts';
import { createTextHmac } from '../../src/hmac.ts';
import { RedisConnection, type RedisReport } from '../../src/redis/connection.ts';
import { InboxEntries } from '../../src/redis/inbox-entry.ts';
import { SharedInbox } from '../../src/redis/shared-inbox.ts';
import { Seal } from '../../src/seal.ts';
import { until } from '../support/until.ts';
import { startRedis } from './redis-server.ts';

export const SECRET = 'a-secret-that-is-long-enough-for-it';

export const KEY = 'redox-media:events:name';

/** What an event is known by in these tests. */
export const nameOf = ({ event }: RecordedEvent) =>
  event.kind === 'UNREADABLE' ? event.reason : event.documentId;

export async function startReplicas({ maxEvents = 1000 } = {}) {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const clock = createSystemClock();
  const open = async (secrets = [SECRET], aliases = ['general', 'county']) => {
    const reports: RedisReport[] = [];
    const connection = new RedisConnection(redis.url, (report) => reports.push(report), clock);
    const entries = new InboxEntries(new Seal(secrets, 'event'), new Set(aliases));
    const hash = createTextHmac(secrets, 'event-series/v1');
    const inbox = new SharedInbox(connection, { entries, hash, name: 'name', maxEvents, clock });
    const close = () => {
      inbox.close();
      connection.close();
    };
    onTestFinished(close);
    await until(() => connection.isUp);
    await inbox.start();
    const heard: RecordedEvent[] = [];
    const missed: (string | null)[] = [];
    inbox.listen({ recorded: (event) => heard.push(event), missed: () => missed.push(inbox.newest) });
    return { inbox, heard, missed, reports, close, names: () => heard.map(nameOf) };
  };
  return { redis, send: redis.send, open };
}
