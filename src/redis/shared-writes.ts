/** The memory of writes that replicas share; while Redis is away, each replica keeps its own. */

import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { readTraceId } from '../redox/transport/trace-id.ts';
import { parseJson } from '../redox/wire/loose-json.ts';
import { isLogId } from '../redox/wire/reply.ts';
import {
  LocalWriteMemory,
  REMEMBER_MS,
  RESERVED_MS,
  type Remembered,
  type WriteMemory,
} from '../writes/write-memory.ts';
import type { RedisConnection } from './connection.ts';

/** A result reaches callers and logs, so it is held to the same rules as a reply of Redox. */
const resultSchema = z.object({
  logIds: z.array(z.string().refine(isLogId)),
  traceId: z
    .string()
    .refine((id) => readTraceId(id) !== null)
    .nullable(),
  code: z.enum(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_PROTOCOL']).optional(),
  status: z.int().min(100).max(599).nullable().optional(),
});

/** `result` is JSON in a string, for replicas of an earlier version. */
const rememberedSchema = z.object({ fingerprint: z.string(), result: z.string().nullable() });

function write({ fingerprint, result }: Remembered): string {
  return JSON.stringify({ fingerprint, result: result && JSON.stringify(result) });
}

/** Null for anything that no replica wrote. */
function read(reply: unknown): Remembered | null {
  const { data } = rememberedSchema.safeParse(typeof reply === 'string' ? parseText(reply) : null);
  if (data === undefined || data.result === null)
    return data === undefined ? null : { ...data, result: null };
  const result = resultSchema.safeParse(parseText(data.result)).data;
  return result === undefined ? null : { fingerprint: data.fingerprint, result };
}

function parseText(json: string): unknown {
  return parseJson(Buffer.from(json));
}

export function createSharedWrites(redis: RedisConnection, name: string, clock: Clock): WriteMemory {
  const local = new LocalWriteMemory(clock);
  const keyOf = (kind: string, key: string) => `redox-media:${kind}:${name}:${key}`;
  /** Null when the key exists. Rejects while Redis is away. */
  const setNew = (key: string, value: string, lifeMs: number) =>
    redis.send('SET', key, value, 'NX', 'PX', String(lifeMs));
  /** Writes that this replica began in Redis. One that another replica began is not for this one to end. */
  const held = new Set<string>();
  return {
    async begin(key, fingerprint) {
      const mine = await local.begin(key, fingerprint);
      if (mine !== null) return mine;
      const [place, value] = [keyOf('write', key), write({ fingerprint, result: null })];
      const isNew = await setNew(place, value, REMEMBER_MS).catch(() => undefined);
      if (isNew !== null) {
        if (isNew !== undefined) held.add(key);
        return null;
      }
      await local.forget(key);
      const remembered = read(await redis.send('GET', place).catch(() => null));
      // Where the value is gone, another replica has just forgotten it; where it cannot be read, its result is not known.
      // Both count as a write that is under way: the caller looks again, and nothing is written twice.
      return remembered ?? { fingerprint, result: null };
    },
    async finish(key: string, remembered: Remembered) {
      await local.finish(key, remembered);
      const value = write(remembered);
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
    async reserve(key) {
      if (!(await local.reserve(key))) return false;
      return (await setNew(keyOf('claim', key), '1', RESERVED_MS).catch(() => 'OK')) !== null;
    },
    async release(key) {
      await local.release(key);
      await redis.send('DEL', keyOf('claim', key)).catch(() => undefined);
    },
  };
}
