/** What is remembered of writes for some time: their results, and which uploads they have used. */
import type { Clock } from '../clock.ts';
import type { WriteReceipt } from '../redox/messages.ts';

/** The result of a write: where Redox logged it; with a code, the outcome is unknown. */
export interface WriteResult extends WriteReceipt {
  readonly code?: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_UNAVAILABLE' | 'UPSTREAM_PROTOCOL' | undefined;
  /** The HTTP status of Redox's response; null when there was none. */
  readonly status?: number | null | undefined;
}

/** `fingerprint`: the hash of the input. `result`: null while the write is under way. */
export interface Remembered {
  readonly fingerprint: string;
  readonly result: WriteResult | null;
}

/** Keys and fingerprints are hashes, and results hold ids of Redox's logs: nothing of patients. */
export interface WriteMemory {
  /** Null when the write is new; it then counts as under way. Else what is remembered of it. */
  begin(key: string, fingerprint: string): Promise<Remembered | null>;
  finish(key: string, remembered: Remembered): Promise<void>;
  /** Allows the same write once more. */
  forget(key: string): Promise<void>;
  /** True for the first request for a key. */
  reserve(key: string): Promise<boolean>;
  /** Allows the key to be reserved once more. */
  release(key: string): Promise<void>;
}

export const REMEMBER_MS = 10 * 60_000;
/** Longer than any upload can be used. */
export const RESERVED_MS = 2 * 3_600_000;

/** Far more writes than Redox's quota allows in ten minutes. */
const MAX_ENTRIES = 100_000;

/** The memory of one process. */
export class LocalWriteMemory implements WriteMemory {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Remembered & { readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async begin(key: string, fingerprint: string): Promise<Remembered | null> {
    return this.#add(`write:${key}`, fingerprint, REMEMBER_MS);
  }

  async finish(key: string, remembered: Remembered): Promise<void> {
    this.#entries.set(`write:${key}`, { ...remembered, until: this.#clock.now() + REMEMBER_MS });
  }

  async forget(key: string): Promise<void> {
    this.#entries.delete(`write:${key}`);
  }

  async reserve(key: string): Promise<boolean> {
    return this.#add(`claim:${key}`, '', RESERVED_MS) === null;
  }

  async release(key: string): Promise<void> {
    this.#entries.delete(`claim:${key}`);
  }

  #add(key: string, fingerprint: string, lifeMs: number): Remembered | null {
    const now = this.#clock.now();
    const known = this.#entries.get(key);
    if (known && known.until > now) return known;
    if (this.#entries.size >= MAX_ENTRIES) this.#dropOld(now);
    this.#entries.set(key, { fingerprint, result: null, until: now + lifeMs });
    return null;
  }

  #dropOld(now: number): void {
    for (const [key, { until }] of this.#entries) if (until <= now) this.#entries.delete(key);
  }
}
