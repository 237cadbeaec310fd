/**
 * The entries of operations that end in one tick: they are written together, and all operations that wait for them continue
 * together.
 */
import type { Access } from './access.ts';

export class Batch {
  readonly entries: Access[] = [];
  /** By the maximum time to wait for a slow sink: it is the same for all operations except those close to their deadlines. */
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();

  /**
   * Resolves when the batch is written, and rejects with the cause when it is not, or is not known to be written after `waitMs`.
   */
  add(entries: readonly Access[], waitMs: number): Promise<void> {
    for (const entry of entries) this.entries.push(entry);
    const known = this.#waiting.get(waitMs);
    if (known !== undefined) return known.promise;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(waitMs, waiting);
    return waiting.promise;
  }

  /** The different maximum times to wait. */
  get waits(): readonly number[] {
    return [...this.#waiting.keys()];
  }

  succeed(): void {
    for (const { resolve } of this.#waiting.values()) resolve();
  }

  fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  /** Rejects only for those that wait no longer than this. */
  failAfter(waitMs: number, error: unknown): void {
    this.#waiting.get(waitMs)?.reject(error);
  }
}
