import { RedisWriteMemory } from '../../src/redis/shared-writes.ts';
import { Seal } from '../../src/seal.ts';
import type { WriteResult } from '../../src/writes/write-memory.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { connectRedis } from './connected-redis.ts';

export const PLACE = 'redox-media:write:name:key';

/** Redis's clock is the machine's: longer than any machine takes for a test. */
export const LEASE_MS = 120_000;

export const SECRET = 'a-secret-that-is-long-enough-for-it';

export const RESULT: WriteResult = { logIds: ['log-1'], traceId: null };

export const TIMED_OUT: WriteResult = { ...RESULT, code: 'UPSTREAM_TIMEOUT', status: 504 };

export const UNDER_WAY = { fingerprint: 'f', result: null };

export const UNKNOWN = {
  fingerprint: 'f',
  result: { logIds: [], traceId: null, code: 'UPSTREAM_UNAVAILABLE', status: null },
};

export async function startReplicas(whenAway: 'allow' | 'refuse' = 'allow') {
  const clock = new FakeClock();
  const { redis, connection } = await connectRedis(clock);
  const open = (secrets = [SECRET]) =>
    new RedisWriteMemory(connection, {
      seal: new Seal(secrets, 'write'),
      name: 'name',
      clock,
      whenAway,
      leaseMs: LEASE_MS,
    });
  return { redis, clock, connection, open, send: redis.send, one: open(), other: open() };
}
