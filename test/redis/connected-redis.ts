/** A real Redis with one connection to it, both of which end with the test. */
import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { until } from '../support/until.ts';
import { startRedis } from './redis-server.ts';

/** Resolves once the connection is up. `clock`: that of the connection. */
export async function connectRedis(clock: Clock) {
  const redis = await startRedis();
  const connection = new RedisConnection(redis.url, () => undefined, clock);
  onTestFinished(async () => {
    connection.close();
    await redis.stop();
  });
  await until(() => connection.isUp);
  return { redis, connection };
}
