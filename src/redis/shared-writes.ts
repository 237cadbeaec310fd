/** What replicas remember of writes together; each for itself while Redis is away. */

import { z } from 'zod';
import type { Clock } from '../clock.ts';
import {
  CLAIM_MS,
  LocalWriteMemory,
  REMEMBER_MS,
  type Remembered,
  type WriteMemory,
} from '../writes/write-memory.ts';
import type { RedisConnection } from './connection.ts';

const rememberedSchema = z.object({ fingerprint: z.string(), result: z.string().nullable() });

export function createSharedWrites(redis: RedisConnection, name: string, clock: Clock): WriteMemory {
  const local = new LocalWriteMemory(clock);
  const keyOf = (kind: string, key: string) => `redox-media:${kind}:${name}:${key}`;
  /** Null when it was not there. Rejects without Redis. */
  const setNew = (key: string, value: string, lifeMs: number) =>
    redis.send('SET', key, value, 'NX', 'PX', String(lifeMs));
  /** What this replica holds in Redis: what another began while Redis was away from us is not ours to end. */
  const held = new Set<string>();
  return {
    async begin(key, fingerprint) {
      const mine = await local.begin(key, fingerprint);
      if (mine !== null) return mine;
      const [place, value] = [keyOf('write', key), JSON.stringify({ fingerprint, result: null })];
      const isNew = await setNew(place, value, REMEMBER_MS).catch(() => undefined);
      if (isNew !== null) {
        if (isNew !== undefined) held.add(key);
        return null;
      }
      await local.forget(key);
      const parsed = rememberedSchema.safeParse(
        JSON.parse(String(await redis.send('GET', place).catch(() => null))),
      );
      // Gone between both: another replica has just given up; who comes again may try.
      return parsed.success ? parsed.data : { fingerprint, result: null };
    },
    async finish(key: string, remembered: Remembered) {
      await local.finish(key, remembered);
      const value = JSON.stringify(remembered);
      const place = keyOf('write', key);
      const kept = held.delete(key)
        ? redis.send('SET', place, value, 'PX', String(REMEMBER_MS))
        : setNew(place, value, REMEMBER_MS);
      await kept.catch(() => undefined);
    },
    async forget(key) {
      await local.forget(key);
      if (held.delete(key)) await redis.send('DEL', keyOf('write', key)).catch(() => undefined);
    },
    async claim(key) {
      if (!(await local.claim(key))) return false;
      return (await setNew(keyOf('claim', key), '1', CLAIM_MS).catch(() => 'OK')) !== null;
    },
    async release(key) {
      await local.release(key);
      await redis.send('DEL', keyOf('claim', key)).catch(() => undefined);
    },
  };
}
