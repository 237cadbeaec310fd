import { z } from 'zod';
import { RedisQuota } from '../../src/redis/shared-quota.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { connectRedis } from './connected-redis.ts';

export const RATE = { calls: 8, windowMs: 60_000 };

export async function connect() {
  const clock = new FakeClock();
  const { redis, connection } = await connectRedis(clock);
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
