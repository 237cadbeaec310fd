/** The calls of this replica within the last window of the quota: what it may start by itself while it shares no quota. */
import type { Clock } from '../clock.ts';

export class OwnCalls {
  readonly #clock: Clock;
  readonly #windowMs: number;
  #inFlight = 0;
  /** When calls ended, oldest first. As in the shared window, a call counts until a whole window after its end. */
  readonly #ends: number[] = [];
  /** Ends before this index have left the window; they are dropped in bulk. */
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

  /** How long the next call waits, where so many are allowed in a window; infinite while only the end of a call can tell. */
  delayMs(share: number): number {
    const now = this.#clock.now();
    this.#forget(now);
    const used = this.#used;
    if (used < share) return 0;
    // So many must leave the window: more than one, where the share has become smaller since they started.
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
