/** Replicas with one quota in Redis. */
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { RedisConnection } from '../../src/redis/connection.ts';
import { RedisQuota } from '../../src/redis/shared-quota.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { startRedis } from './redis-server.ts';

export const RATE = { calls: 8, windowMs: 60_000 };

export async function connect() {
  const redis = await startRedis();
  const clock = new FakeClock();
  const connection = new RedisConnection(redis.url, () => undefined, clock);
  onTestFinished(async () => {
    connection.close();
    await redis.stop();
  });
  await until(() => connection.isUp);
  let wakes = 0;
  const open = (countReplicas: () => number, rate = RATE) => {
    const quota = new RedisQuota(connection, { rate, name: 'name', clock, countReplicas });
    quota.onChange(() => {
      wakes += 1;
    });
    return quota;
  };
  /** Redis has replied to all that it was asked: replies come in order. */
  const replied = () => connection.part('quota').execute('window', z.literal('PONG'), 'PING');
  return { redis, clock, connection, open, replied, countWakes: () => wakes };
}
