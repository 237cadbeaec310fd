/** What must be remembered of writes for some minutes: what came of them, and which uploads are used up. */
import type { Clock } from '../clock.ts';

/** `fingerprint`: of what was asked. `result`: null while it is on its way. */
export interface Remembered {
  readonly fingerprint: string;
  readonly result: string | null;
}

/** Keys and fingerprints are hashes, results are our own JSON: nothing of patients. */
export interface WriteMemory {
  /** Null: this is new, and now on its way; else what is remembered. */
  begin(key: string, fingerprint: string): Promise<Remembered | null>;
  finish(key: string, remembered: Remembered): Promise<void>;
  /** It may be tried again. */
  forget(key: string): Promise<void>;
  /** True once for each key. */
  claim(key: string): Promise<boolean>;
  /** It may be claimed again. */
  release(key: string): Promise<void>;
}

export const REMEMBER_MS = 10 * 60_000;
/** Longer than any upload is good for. */
export const CLAIM_MS = 2 * 3_600_000;

/** Far more than are written in ten minutes within Redox's quota. */
const MAX_ENTRIES = 100_000;

/** Of one process. */
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
