/** Entries of operations that end in one tick: they are written together, and all that waits for them hears of it together. */
import type { Access } from './access.ts';

export class Batch {
  readonly entries: Access[] = [];
  /** By how long they may wait for a sink that is slow: but for those whose deadline is near, all may as long. */
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();

  /** Resolves when the batch is written, and rejects with the cause when it is not, or is not known to be after `waitMs`. */
  add(entries: readonly Access[], waitMs: number): Promise<void> {
    for (const entry of entries) this.entries.push(entry);
    const known = this.#waiting.get(waitMs);
    if (known !== undefined) return known.promise;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(waitMs, waiting);
    return waiting.promise;
  }

  /** How long each of those may wait that do not wait equally long. */
  get waits(): readonly number[] {
    return [...this.#waiting.keys()];
  }

  succeed(): void {
    for (const { resolve } of this.#waiting.values()) resolve();
  }

  fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  /** For those alone that wait no longer than this. */
  failAfter(waitMs: number, error: unknown): void {
    this.#waiting.get(waitMs)?.reject(error);
  }
}
