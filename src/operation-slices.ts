/** The time slices of one operation: its fields may begin in several slices, and still load together what they need. */
import { afterMicrotasks, type Step, type TimeSlices, type Work } from './time-slices.ts';

export class OperationSlices {
  readonly #slices: TimeSlices;
  #waiting = 0;

  constructor(slices: TimeSlices) {
    this.#slices = slices;
  }

  /** See `TimeSlices`. */
  get isOver(): boolean {
    return this.#slices.isOver;
  }

  /** Resolves when the slice of the following work begins. */
  next(): Promise<void> {
    this.#waiting += 1;
    return new Promise((resolve) => {
      this.#slices.next(() => {
        this.#waiting -= 1;
        resolve();
      });
    });
  }

  /** See `TimeSlices`. */
  finish<T>(work: Work<T>): T | Promise<T> {
    return this.#slices.finish(work);
  }

  /**
   * Calls back when no work of the operation waits for its slice: otherwise needs that are loaded in several slices would be
   * planned in several calls.
   */
  readonly whenNoneWaits = (step: Step): void => {
    afterMicrotasks(() => {
      if (this.#waiting === 0) step();
      else this.#slices.next(() => this.whenNoneWaits(step));
    });
  };
}
