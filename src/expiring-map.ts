/** A map whose entries all live equally long, with a maximum number of entries. The oldest come first, so removing them needs no search. */
import type { Clock } from './clock.ts';

export class ExpiringMap<T> {
  readonly #clock: Clock;
  readonly #lifeMs: number;
  readonly #maxEntries: number;
  readonly #entries = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(clock: Clock, lifeMs: number, maxEntries: number) {
    this.#clock = clock;
    this.#lifeMs = lifeMs;
    this.#maxEntries = maxEntries;
  }

  get isEmpty(): boolean {
    this.#dropOld();
    return this.#entries.size === 0;
  }

  get isFull(): boolean {
    this.#dropOld();
    return this.#entries.size >= this.#maxEntries;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.until > this.#clock.now() ? entry.value : undefined;
  }

  /** Its life starts anew. If the map is full, the oldest entry is removed. */
  set(key: string, value: T): void {
    this.#entries.delete(key);
    if (this.isFull) this.#dropOldest();
    this.#entries.set(key, { value, until: this.#clock.now() + this.#lifeMs });
  }

  /** Returns whether there was such an entry. */
  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  /** The entries, oldest first, each with the milliseconds that it has left to live. */
  *entries(): Generator<readonly [key: string, value: T, restMs: number]> {
    this.#dropOld();
    const now = this.#clock.now();
    for (const [key, { value, until }] of this.#entries) yield [key, value, until - now];
  }

  #dropOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  #dropOld(): void {
    const now = this.#clock.now();
    for (const [key, { until }] of this.#entries) {
      if (until > now) return;
      this.#entries.delete(key);
    }
  }
}
