/** Redox's clock, as its responses tell it: assertions are valid for minutes, and our clock may be wrong by more. */
import type { Clock } from '../../clock.ts';

/** Below this it may be the network, or `Date` being whole seconds. */
const NOTICEABLE_MS = 30_000;

export class ServerClock {
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the epoch, as Redox counts them. */
  readonly now = (): number => this.#clock.wallTime() + this.#aheadMs;

  /** Records the `Date` of a response. True when it shows that `now` was noticeably wrong; `now` is corrected by then. */
  correct(date: string | null): boolean {
    const theirs = Date.parse(date ?? '');
    if (Number.isNaN(theirs) || Math.abs(theirs - this.now()) < NOTICEABLE_MS) return false;
    this.#aheadMs = theirs - this.#clock.wallTime();
    return true;
  }
}
