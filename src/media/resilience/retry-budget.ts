/** How many calls may be repeated: few enough that a troubled upstream is not troubled more. */
import type { Clock } from '../../clock.ts';

const WINDOW_MS = 10_000;
const SHARE = 0.1;
/** A quiet gateway may repeat, too. */
const LEAST = 3;
const MIN_KEPT = 1024;

export class RetryBudget {
  readonly #clock: Clock;
  /** When calls, and repeats among them, began; oldest first. */
  readonly #calls: number[] = [];
  readonly #retries: number[] = [];
  /** From so many on it is worth looking for those that are over. */
  #most = MIN_KEPT;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  recordCall(): void {
    this.#calls.push(this.#clock.now());
    if (this.#calls.length < this.#most) return;
    forgetBefore(this.#clock.now() - WINDOW_MS, this.#calls);
    this.#most = Math.max(MIN_KEPT, 2 * this.#calls.length);
  }

  /** True when one more call may be repeated; it then counts. */
  take(): boolean {
    const from = this.#clock.now() - WINDOW_MS;
    forgetBefore(from, this.#calls);
    forgetBefore(from, this.#retries);
    if (this.#retries.length >= Math.max(LEAST, this.#calls.length * SHARE)) return false;
    this.#retries.push(this.#clock.now());
    return true;
  }
}

function forgetBefore(from: number, times: number[]): void {
  const first = times.findIndex((time) => time > from);
  times.splice(0, first < 0 ? times.length : first);
}
