/**
 * Redox's clock, as its responses show it: assertions are valid for minutes, and this machine's clock may be wrong by more than
 * that.
 */
import type { Clock } from '../../clock.ts';

/** A smaller difference may be caused by the network, or by the whole seconds of `Date`. */
const NOTICEABLE_MS = 30_000;

export class ServerClock {
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the epoch, by Redox's clock. */
  readonly now = (): number => this.#clock.wallTime() + this.#aheadMs;

  /** Records the `Date` of a response. Returns true if `now` was noticeably wrong; it has then been corrected. */
  correct(date: string | null): boolean {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs) || Math.abs(theirs - this.now()) < NOTICEABLE_MS) return false;
    this.#aheadMs = theirs - this.#clock.wallTime();
    return true;
  }
}
