/** Replicas that share the order of their writes in Redis. */
import { onTestFinished } from 'vitest';
import { type Clock, createSystemClock } from '../../src/clock.ts';
import { createTextHmac, createTextSigner } from '../../src/hmac.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { RedisWriteOrder } from '../../src/redis/shared-write-order.ts';
import { until } from '../support/until.ts';
import { startRedis } from './redis-server.ts';

/** `clock`: of the replicas; their connection has the system's. */
export async function startReplicas(clock: Clock = createSystemClock()) {
  const redis = await startRedis();
  const connection = new RedisConnection(redis.url, () => undefined, createSystemClock());
  onTestFinished(async () => {
    connection.close();
    await redis.stop();
  });
  await until(() => connection.isUp);
  const open = (secret = 'a-secret') =>
    new RedisWriteOrder(connection, {
      name: 'name',
      hash: createTextHmac([secret], 'test'),
      signer: createTextSigner([secret], 'test'),
      clock,
    });
  const works = () => connection.works('write-order');
  return { redis, connection, open, works, send: redis.send };
}
