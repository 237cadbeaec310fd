/**
 * A write as Redis stores it: sealed, and valid for one key only, so that write access to Redis does not suffice to forge a
 * result.
 */
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { readTraceId } from '../redox/transport/trace-id.ts';
import { isLogId } from '../redox/wire/reply.ts';
import type { Seal } from '../seal.ts';
import { REMEMBER_MS } from '../writes/write-memory.ts';

/**
 * The maximum difference between the clocks of two replicas; a result is accepted only for as long as it is remembered, plus this
 * time.
 */
const MAX_SKEW_MS = 60_000;

/** A result reaches callers and logs, so the same rules apply as for a reply of Redox. */
const resultSchema = z.object({
  logIds: z.array(z.string().refine(isLogId)).readonly(),
  traceId: z
    .string()
    .refine((id) => readTraceId(id) !== null)
    .nullable(),
  code: z.enum(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_PROTOCOL']).optional(),
  status: z.int().min(100).max(599).nullable().optional(),
});

/**
 * `pending`: `holder` is the replica that sends it. `released`: it was not sent, or was clearly refused, and may be sent again.
 */
const entrySchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending'), fingerprint: z.string(), holder: z.uuid() }),
  z.object({ state: z.literal('done'), fingerprint: z.string(), result: resultSchema }),
  z.object({ state: z.literal('released') }),
]);
export type WriteEntry = z.infer<typeof entrySchema>;

/** `key`: the Redis key of the entry. `atMs`: when it was sealed, by the wall clock. */
const sealedSchema = z.object({ key: z.string(), atMs: z.number(), entry: entrySchema });

export class WriteEntries {
  readonly #seal: Seal;
  readonly #clock: Clock;

  constructor(seal: Seal, clock: Clock) {
    this.#seal = seal;
    this.#clock = clock;
  }

  close(key: string, entry: WriteEntry): string {
    return this.#seal.close({ key, atMs: this.#clock.wallTime(), entry });
  }

  /** Null for a text that no replica sealed for this key within the time that a write is remembered. */
  open(key: string, text: string): WriteEntry | null {
    const { data } = sealedSchema.safeParse(this.#seal.open(text));
    if (data === undefined || data.key !== key) return null;
    const ageMs = Math.abs(this.#clock.wallTime() - data.atMs);
    return ageMs <= REMEMBER_MS + MAX_SKEW_MS ? data.entry : null;
  }
}
