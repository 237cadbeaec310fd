/**
 * Stops asking somebody who fails: after a few failures in a row everybody is refused at once, but for one call at a time
 * that finds out whether it is over.
 */

/** Fewer would let one bad moment shut out everybody; more would keep everybody waiting for what is hopeless. */
const FAILURES_TO_OPEN = 5;

/** Between finding out and finding out again: half of the second within which callers should notice that it is over. */
const PROBE_EVERY_MS = 500;

export type BreakerState = 'closed' | 'open' | 'half-open';

export class Breaker {
  readonly #clock: () => number;
  #failures = 0;
  /** When the next one may find out; only counts while open. */
  #probeAt = 0;
  #isProbing = false;

  /** In milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get state(): BreakerState {
    if (this.#failures < FAILURES_TO_OPEN) return 'closed';
    return this.#isProbing ? 'half-open' : 'open';
  }

  /** Whether a call may start now. */
  get admits(): boolean {
    return this.state === 'closed' || (!this.#isProbing && this.#clock() >= this.#probeAt);
  }

  /** A call starts. */
  start(): void {
    if (this.state !== 'closed') this.#isProbing = true;
  }

  /** A call was answered, with whatever. */
  passed(): void {
    this.#failures = 0;
    this.#isProbing = false;
  }

  /** A call failed for a reason that others will fail for. */
  failed(): void {
    this.#failures += 1;
    this.#isProbing = false;
    this.#probeAt = this.#clock() + PROBE_EVERY_MS;
  }

  /** A call ended that tells nothing. */
  toldNothing(): void {
    this.#isProbing = false;
  }
}
