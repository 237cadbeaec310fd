/** Redox's clock, as its responses show it: assertions are valid for minutes, and this machine's clock may be wrong by more. */
import type { Clock } from '../../clock.ts';

/** A smaller difference may come from the network, or from `Date` being in whole seconds. */
const NOTICEABLE_MS = 30_000;

export class ServerClock {
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the epoch, by Redox's clock. */
  readonly now = (): number => this.#clock.wallTime() + this.#aheadMs;

  /** Records the `Date` of a response. True when it shows that `now` was noticeably wrong; `now` is corrected by then. */
  correct(date: string | null): boolean {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs) || Math.abs(theirs - this.now()) < NOTICEABLE_MS) return false;
    this.#aheadMs = theirs - this.#clock.wallTime();
    return true;
  }
}
