/**
 * How many failed calls a destination may cause to be split. A destination that fails every call would otherwise be sent two
 * calls in place of each, and so on down to single patients, when it can bear that least.
 */
import type { Clock } from '../../clock.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * Splits that have not led to an answered half. Finding one length, or one culprit, takes seven in a list of 100, and as many
 * lists as there are slots by default may fail at one time. One a second adds two calls to Redox's 25.
 */
const UNPROVEN = { maxTokens: 32, tokensPerSecond: 1 };

/** All splits: a destination may also refuse at random. A fifth of Redox's default quota of 25 calls a second. */
const ALL = { maxTokens: 100, tokensPerSecond: 5 };

export class SplitBudget {
  readonly #unproven: TokenBucket;
  readonly #all: TokenBucket;

  constructor(clock: Clock) {
    this.#unproven = new TokenBucket(UNPROVEN, clock);
    this.#all = new TokenBucket(ALL, clock);
  }

  /** Whether one more call may be split. */
  get hasRoom(): boolean {
    return !this.#unproven.isEmpty && !this.#all.isEmpty;
  }

  recordSplit(): void {
    this.#unproven.take();
    this.#all.take();
  }

  /** A half of a refused call was answered: splitting it was right. */
  recordProof(): void {
    this.#unproven.release();
  }
}
