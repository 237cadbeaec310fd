/** Redox's access token, fetched by one replica for all. In Redis it is sealed: a reader of that store cannot use it. */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Token, TokenStore } from '../redox/auth/token-store.ts';
import type { Seal } from '../seal.ts';
import type { RedisConnection } from './connection.ts';

/** A renewal takes a second or less, and 10 at most; a replica that dies in it should not keep the others waiting longer. */
const LOCK_MS = 10_000;

const tokenSchema = z.object({
  value: z.string(),
  gotAtMs: z.number(),
  renewAtMs: z.number(),
  expiresAtMs: z.number(),
});

/** Gives a lock back only to who holds it. */
const UNLOCK = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/** `name`: of the credential and the service, the same for all replicas and different for others. */
export function createSharedToken(
  redis: RedisConnection,
  seal: Seal,
  name: string,
  clock: Clock,
): TokenStore {
  const [key, lockKey] = [`redox-media:token:${name}`, `redox-media:token-lock:${name}`];
  return {
    async read() {
      const sealed = await redis.send('GET', key).catch(() => null);
      const parsed = tokenSchema.safeParse(typeof sealed === 'string' ? seal.open(sealed) : null);
      return parsed.success ? parsed.data : null;
    },
    async write(token: Token) {
      const lifeMs = Math.max(1, Math.ceil(token.expiresAtMs - clock.wallTime()));
      await redis.send('SET', key, seal.close(token), 'PX', String(lifeMs)).catch(() => undefined);
    },
    async lock() {
      const holder = randomUUID();
      // Without Redis each renews for itself.
      const answer = await redis.send('SET', lockKey, holder, 'NX', 'PX', String(LOCK_MS)).catch(() => 'OK');
      if (answer === null) return null;
      return async () => {
        await redis.send('EVAL', UNLOCK, '1', lockKey, holder).catch(() => undefined);
      };
    },
  };
}
