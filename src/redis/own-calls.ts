/**
 * The calls of this replica within the last window of the quota, which determine how many it may start while it does not share
 * the quota.
 */
import type { Clock } from '../clock.ts';

export class OwnCalls {
  readonly #clock: Clock;
  readonly #windowMs: number;
  #inFlight = 0;
  /** The end times of calls, oldest first. As in the shared window, a call counts until a whole window after its end. */
  readonly #ends: number[] = [];
  /** End times before this index have left the window; they are removed in bulk. */
  #oldest = 0;

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  start(): void {
    this.#inFlight += 1;
  }

  end(): void {
    this.#inFlight -= 1;
    this.#ends.push(this.#clock.now());
  }

  /**
   * How long the next call must wait if `share` calls are allowed in a window; infinite while this depends on the end of a call
   * in flight.
   */
  delayMs(share: number): number {
    const now = this.#clock.now();
    this.#forget(now);
    const used = this.#used;
    if (used < share) return 0;
    // This many calls must leave the window: more than one if `share` has decreased since they started.
    const last = this.#ends[this.#oldest + used - share];
    return last === undefined ? Number.POSITIVE_INFINITY : last + this.#windowMs - now;
  }

  /** How many calls may still start, where so many are allowed in a window. */
  callsLeft(share: number): number {
    this.#forget(this.#clock.now());
    return Math.max(0, share - this.#used);
  }

  get #used(): number {
    return this.#inFlight + this.#ends.length - this.#oldest;
  }

  #forget(now: number): void {
    while ((this.#ends[this.#oldest] ?? now) + this.#windowMs <= now) this.#oldest += 1;
    if (this.#oldest < 1024) return;
    this.#ends.splice(0, this.#oldest);
    this.#oldest = 0;
  }
}
