/**
 * The calls of this replica within the last window of the quota. They determine how many it may start while it does not share
 * the quota, and are reported to Redis afterwards.
 */
import type { Clock } from '../clock.ts';

/** The place of a call in the shared window, and how many milliseconds ago the call ended; 0 while it is in flight. */
export type CountedCall = readonly [place: string, endedMsAgo: number];

export class OwnCalls {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #inFlight = new Set<string>();
  /** Calls that have ended, oldest first. As in the shared window, a call counts until a whole window after its end. */
  readonly #ended: { readonly place: string; readonly at: number }[] = [];
  /** Calls before this index have left the window; they are removed in bulk. */
  #oldest = 0;

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** The places of the calls in flight. */
  get inFlight(): Iterable<string> {
    return this.#inFlight;
  }

  start(place: string): void {
    this.#inFlight.add(place);
  }

  end(place: string): void {
    this.#inFlight.delete(place);
    this.#ended.push({ place, at: this.#clock.now() });
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
    const last = this.#ended[this.#oldest + used - share];
    return last === undefined ? Number.POSITIVE_INFINITY : last.at + this.#windowMs - now;
  }

  /** How many calls may still start if `share` calls are allowed in a window. */
  callsLeft(share: number): number {
    this.#forget(this.#clock.now());
    return Math.max(0, share - this.#used);
  }

  /** All calls that count. */
  counted(): readonly CountedCall[] {
    const now = this.#clock.now();
    this.#forget(now);
    const ended = this.#ended.slice(this.#oldest).map(({ place, at }): CountedCall => [place, now - at]);
    return [...ended, ...[...this.#inFlight].map((place): CountedCall => [place, 0])];
  }

  get #used(): number {
    return this.#inFlight.size + this.#ended.length - this.#oldest;
  }

  #forget(now: number): void {
    while ((this.#ended[this.#oldest]?.at ?? now) + this.#windowMs <= now) this.#oldest += 1;
    if (this.#oldest < 1024) return;
    this.#ended.splice(0, this.#oldest);
    this.#oldest = 0;
  }
}
