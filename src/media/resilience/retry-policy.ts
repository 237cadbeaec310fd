/** When a failed Media Query may be sent once more: how long to wait, and how many retries a troubled upstream is spared. */
import type { Clock } from '../../clock.ts';

/** What holds for a failed call at the moment of its failure. */
export interface RetryPolicy {
  /** How long a retry would have to wait. */
  readonly delayMs: number;
  /** The circuit breakers admit one, and the budget has room for it. */
  readonly mayRetry: boolean;
  /** The destination's budget of splits has room. */
  readonly maySplit: boolean;
}

/** A retry waits up to so long, at random: calls that failed together should not come back together. */
const MAX_JITTER_MS = 500;

/** Full jitter. `random`: from 0 to 1. */
export function retryDelayMs(random: () => number): number {
  return random() * MAX_JITTER_MS;
}

const WINDOW_MS = 10_000;
/** Of the calls in the window: retries add no more than a tenth to the load. */
const MAX_RETRY_RATIO = 0.1;
/** In any window, so that a quiet gateway may retry, too. */
const MIN_RETRIES = 3;
/** Calls are kept in bulk of at least so many: forgetting one by one would move the list each time. */
const MIN_KEPT = 1024;

export class RetryBudget {
  readonly #clock: Clock;
  /** When calls, and retries among them, began; oldest first. */
  readonly #calls: number[] = [];
  readonly #retries: number[] = [];
  /** From so many on it is worth looking for those that have left the window. */
  #maxKept = MIN_KEPT;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  recordCall(): void {
    this.#calls.push(this.#clock.now());
    if (this.#calls.length < this.#maxKept) return;
    forgetBefore(this.#clock.now() - WINDOW_MS, this.#calls);
    this.#maxKept = Math.max(MIN_KEPT, 2 * this.#calls.length);
  }

  /** Whether one more call may be retried. */
  get hasRoom(): boolean {
    const from = this.#clock.now() - WINDOW_MS;
    forgetBefore(from, this.#calls);
    forgetBefore(from, this.#retries);
    return this.#retries.length < Math.max(MIN_RETRIES, this.#calls.length * MAX_RETRY_RATIO);
  }

  recordRetry(): void {
    this.#retries.push(this.#clock.now());
  }
}

function forgetBefore(from: number, times: number[]): void {
  const first = times.findIndex((time) => time > from);
  times.splice(0, first < 0 ? times.length : first);
}
