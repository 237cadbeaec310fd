/** A token bucket: it starts full, and is refilled at a constant rate. */
import type { Clock } from '../../clock.ts';

export interface BucketSize {
  readonly maxTokens: number;
  readonly tokensPerSecond: number;
}

export class TokenBucket {
  readonly #clock: Clock;
  readonly #size: BucketSize;
  #tokens: number;
  #filledAt: number;

  constructor(size: BucketSize, clock: Clock) {
    this.#size = size;
    this.#clock = clock;
    this.#tokens = size.maxTokens;
    this.#filledAt = clock.now();
  }

  get isEmpty(): boolean {
    this.#fill();
    return this.#tokens < 1;
  }

  /** Takes a token. Returns false when there is none. */
  take(): boolean {
    if (this.isEmpty) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Puts a token back. */
  release(): void {
    this.#tokens = Math.min(this.#size.maxTokens, this.#tokens + 1);
  }

  #fill(): void {
    const now = this.#clock.now();
    const { maxTokens, tokensPerSecond } = this.#size;
    this.#tokens = Math.min(maxTokens, this.#tokens + ((now - this.#filledAt) / 1000) * tokensPerSecond);
    this.#filledAt = now;
  }
}
