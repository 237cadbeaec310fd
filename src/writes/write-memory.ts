/** Remembers for some time the results of writes, and which uploads they have used. */
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { ExpiringMap } from '../expiring-map.ts';
import type { WriteReceipt } from '../redox/messages.ts';

/** The result of a write: where Redox logged it; with a code, the outcome is unknown. */
export interface WriteResult extends WriteReceipt {
  readonly code?: 'UPSTREAM_TIMEOUT' | 'UPSTREAM_UNAVAILABLE' | 'UPSTREAM_PROTOCOL' | undefined;
  /** The HTTP status of Redox's response; null when there was none. */
  readonly status?: number | null | undefined;
}

/** `fingerprint`: the hash of the input. `result`: null while the write is in flight. */
export interface Remembered {
  readonly fingerprint: string;
  readonly result: WriteResult | null;
}

/** Keys and fingerprints are hashes, and results contain ids of Redox's logs: nothing about patients. */
export interface WriteMemory {
  /**
   * Null when the write is new; it then counts as in flight. Otherwise what is remembered of it. @throws OVERLOADED when it
   * cannot be remembered: then it must not be sent.
   */
  begin(key: string, fingerprint: string): Promise<Remembered | null>;
  finish(key: string, remembered: Remembered): Promise<void>;
  /** Allows the same write once more. */
  forget(key: string): Promise<void>;
  /** True for the first request for a key. @throws OVERLOADED when it cannot be remembered. */
  reserve(key: string): Promise<boolean>;
  /** Allows the key to be reserved once more. */
  release(key: string): Promise<void>;
}

export const REMEMBER_MS = 10 * 60_000;
/** Longer than any upload can be used. */
export const RESERVED_MS = 2 * 3_600_000;

/**
 * Some 200 bytes each. Redox's default quota allows 15,000 writes in ten minutes, and 180,000 in two hours. No entry is dropped
 * before its time, as its write could then be sent twice: above this number, new ones are refused.
 */
const MAX_ENTRIES = 250_000;

/** The memory of one process. */
export class LocalWriteMemory implements WriteMemory {
  readonly #writes: ExpiringMap<Remembered>;
  readonly #reserved: ExpiringMap<true>;

  constructor(clock: Clock, maxEntries = MAX_ENTRIES) {
    this.#writes = new ExpiringMap(clock, REMEMBER_MS, maxEntries);
    this.#reserved = new ExpiringMap(clock, RESERVED_MS, maxEntries);
  }

  async begin(key: string, fingerprint: string): Promise<Remembered | null> {
    const known = this.#writes.get(key);
    if (known !== undefined) return known;
    if (this.#writes.isFull) throw new GatewayError('OVERLOADED');
    this.#writes.set(key, { fingerprint, result: null });
    return null;
  }

  async finish(key: string, remembered: Remembered): Promise<void> {
    this.#writes.set(key, remembered);
  }

  async forget(key: string): Promise<void> {
    this.#writes.delete(key);
  }

  /** All writes, with the milliseconds for which each is still remembered. */
  get writes(): Iterable<readonly [key: string, remembered: Remembered, restMs: number]> {
    return this.#writes.entries();
  }

  /** All reserved keys, with the milliseconds for which each is still reserved. */
  get reservations(): Iterable<readonly [key: string, isReserved: true, restMs: number]> {
    return this.#reserved.entries();
  }

  async reserve(key: string): Promise<boolean> {
    if (this.#reserved.get(key) !== undefined) return false;
    if (this.#reserved.isFull) throw new GatewayError('OVERLOADED');
    this.#reserved.set(key, true);
    return true;
  }

  async release(key: string): Promise<void> {
    this.#reserved.delete(key);
  }
}
