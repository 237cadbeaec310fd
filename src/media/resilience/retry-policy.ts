/**
 * When a failed Media Query may be retried: the delay before a retry, and the budget that keeps retries from overloading Redox.
 */
import type { Clock } from '../../clock.ts';

/** What is allowed at the moment when a call fails. */
export interface RetryPolicy {
  /** The delay before a retry. */
  readonly delayMs: number;
  /** The circuit breakers admit a retry, and the retry budget has room for it. */
  readonly mayRetry: boolean;
  /** The destination's split budget has room. */
  readonly maySplit: boolean;
}

/** The longest random delay of a retry: calls that failed at the same time should not be retried at the same time. */
const MAX_JITTER_MS = 500;

/** Returns a delay with full jitter. `random` returns a number from 0 to 1. */
export function retryDelayMs(random: () => number): number {
  return random() * MAX_JITTER_MS;
}

const WINDOW_MS = 10_000;
/** The highest ratio of retries to calls in the window: retries add no more than a tenth to the load. */
const MAX_RETRY_RATIO = 0.1;
/** The number of retries that is allowed in any window, so that a quiet gateway may retry as well. */
const MIN_RETRIES = 3;
/** Old calls are removed in bulk, once at least this many are kept: removing each one would move the whole list each time. */
const MIN_KEPT = 1024;

export class RetryBudget {
  readonly #clock: Clock;
  /** The start times of calls, oldest first. */
  readonly #calls: number[] = [];
  /** The start times of the retries among them, oldest first. */
  readonly #retries: number[] = [];
  /** Once this many calls are kept, those that have left the window are removed. */
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

  /** Whether the budget allows one more retry. */
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
