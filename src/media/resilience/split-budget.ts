/**
 * How many calls a destination's replies may cause beyond those that were planned, as needs are asked again alone. A
 * destination, or an attacker in its place, could otherwise reply so that every call causes many.
 */
import type { Clock } from '../../clock.ts';

/** What one operation may need at once: a full list of patients, each asked alone. */
const MAX_TOKENS = 100;

/** A fifth of Redox's default quota of 25 calls a second: four fifths stay for planned calls. */
const TOKENS_PER_SECOND = 5;

/** A token bucket. */
export class SplitBudget {
  readonly #clock: Clock;
  #tokens = MAX_TOKENS;
  #filledAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.now();
  }

  /** True when one more call may be made; it then counts. */
  take(): boolean {
    const now = this.#clock.now();
    this.#tokens = Math.min(MAX_TOKENS, this.#tokens + ((now - this.#filledAt) / 1000) * TOKENS_PER_SECOND);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
