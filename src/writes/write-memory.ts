/** Remembers for some minutes the results of writes, and which uploads are used. */
import type { Clock } from '../clock.ts';

/** `fingerprint`: of the input. `result`: null while the write is in flight. */
export interface Remembered {
  readonly fingerprint: string;
  readonly result: string | null;
}

/** Keys and fingerprints are hashes and results are JSON of ours, so nothing in here names a patient. */
export interface WriteMemory {
  /** Null: the write is new, and now counts as in flight. Otherwise what is remembered of it. */
  begin(key: string, fingerprint: string): Promise<Remembered | null>;
  finish(key: string, remembered: Remembered): Promise<void>;
  /** The write may be tried again. */
  forget(key: string): Promise<void>;
  /** True once for each key. */
  claim(key: string): Promise<boolean>;
  /** The key may be claimed again. */
  release(key: string): Promise<void>;
}

export const REMEMBER_MS = 10 * 60_000;
/** Longer than any upload token is valid. */
export const CLAIM_MS = 2 * 3_600_000;

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

  async claim(key: string): Promise<boolean> {
    return this.#add(`claim:${key}`, '', CLAIM_MS) === null;
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
