/** Redox's access token, fetched by one replica for all of them. In Redis it is sealed, so that its readers cannot use it. */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { ACCESS_TOKEN, MAX_LIFE_MS } from '../redox/auth/token-request.ts';
import type { Token, TokenStore } from '../redox/auth/token-store.ts';
import type { Seal } from '../seal.ts';
import type { RedisConnection } from './connection.ts';

/** A renewal takes a second or less, and 10 at most. A replica that dies during one must not hold up the others for longer. */
const LOCK_MS = 10_000;

/** The same rules as for a token that comes from Redox. */
const tokenSchema = z
  .object({
    value: z.string().regex(ACCESS_TOKEN),
    gotAtMs: z.number(),
    renewAtMs: z.number(),
    expiresAtMs: z.number(),
  })
  .refine(({ gotAtMs, renewAtMs, expiresAtMs }) => {
    return gotAtMs <= renewAtMs && renewAtMs <= expiresAtMs && expiresAtMs - gotAtMs <= MAX_LIFE_MS;
  });

/** Releases a lock only for the replica that holds it. */
const UNLOCK = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/** `name`: of the credential and the service, equal for the replicas of one gateway and for no others. */
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
      // While Redis is away, each replica renews by itself.
      const reply = await redis.send('SET', lockKey, holder, 'NX', 'PX', String(LOCK_MS)).catch(() => 'OK');
      if (reply === null) return null;
      return async () => {
        await redis.send('EVAL', UNLOCK, '1', lockKey, holder).catch(() => undefined);
      };
    },
  };
}
