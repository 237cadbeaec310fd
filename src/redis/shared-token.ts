/** Redox's access token, fetched by one replica for all of them. In Redis it is sealed, so that its readers cannot use it. */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { ACCESS_TOKEN, MAX_LIFE_MS } from '../redox/auth/token-request.ts';
import type { Token, TokenStore } from '../redox/auth/token-store.ts';
import type { Seal } from '../seal.ts';
import type { RedisConnection } from './connection.ts';
import { DELETE_OWN } from './delete-own.ts';

/** A renewal takes a second or less, and 10 at most. A replica that stops during one must not delay the others for longer. */
const LOCK_MS = 10_000;

/** The maximum length of a sealed text. Longer values are not read, whatever they are. */
const MAX_LENGTH = 256 * 1024;

/** The same rules as for a token from Redox. `name`: what the token is for, so that it is accepted for nothing else. */
const tokenSchema = z
  .object({
    name: z.string(),
    value: z.string().regex(ACCESS_TOKEN),
    gotAtMs: z.number(),
    renewAtMs: z.number(),
    expiresAtMs: z.number(),
  })
  .refine(({ gotAtMs, renewAtMs, expiresAtMs }) => {
    return gotAtMs <= renewAtMs && renewAtMs <= expiresAtMs && expiresAtMs - gotAtMs <= MAX_LIFE_MS;
  });

/**
 * Takes the lock (1), unless another replica has it (0). A lock that lasts longer than the maximum, or forever, was not taken by
 * a replica.
 */
const LOCK = `
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
local rest = redis.call('PTTL', KEYS[1])
if rest > 0 and rest <= tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

const lockedSchema = z.literal([0, 1]);

/** `name`: identifies the credential and the service; equal for the replicas of one gateway and for no others. */
export function createSharedToken(
  connection: RedisConnection,
  seal: Seal,
  name: string,
  clock: Clock,
): TokenStore {
  const [key, lockKey] = [`redox-media:token:${name}`, `redox-media:token-lock:${name}`];
  const redis = connection.part('token');
  return {
    async read() {
      const command = ['GETRANGE', key, '0', String(MAX_LENGTH)];
      const sealed = await redis.execute('read', z.string(), ...command).catch(() => '');
      if (sealed === '') return null;
      const parsed = tokenSchema.safeParse(seal.open(sealed));
      if (!parsed.success || parsed.data.name !== name) {
        redis.misread('read');
        return null;
      }
      const { value, gotAtMs, renewAtMs, expiresAtMs } = parsed.data;
      return { value, gotAtMs, renewAtMs, expiresAtMs };
    },
    async write(token: Token) {
      const lifeMs = Math.max(1, Math.ceil(token.expiresAtMs - clock.wallTime()));
      const command = ['SET', key, seal.close({ ...token, name }), 'PX', String(lifeMs)];
      await redis.execute('write', z.literal('OK'), ...command).catch(() => undefined);
    },
    async lock() {
      const holder = randomUUID();
      const command = ['EVAL', LOCK, '1', lockKey, holder, String(LOCK_MS)];
      // While Redis is unavailable, each replica renews its own token.
      const locked = await redis.execute('lock', lockedSchema, ...command).catch(() => 1);
      if (locked === 0) return null;
      return async () => {
        await redis
          .execute('unlock', z.int(), 'EVAL', DELETE_OWN, '1', lockKey, holder)
          .catch(() => undefined);
      };
    },
  };
}
