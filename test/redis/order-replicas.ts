import { type Clock, createSystemClock } from '../../src/clock.ts';
import { createTextHmac, createTextSigner } from '../../src/hmac.ts';
import { RedisWriteOrder } from '../../src/redis/shared-write-order.ts';
import { connectRedis } from './connected-redis.ts';

/** `clock`: of the replicas; their connection has the system's. */
export async function startReplicas(clock: Clock = createSystemClock()) {
  const { redis, connection } = await connectRedis(createSystemClock());
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
