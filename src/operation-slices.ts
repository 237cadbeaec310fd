/** One operation's share of the turns: its fields begin in several turns, and yet load what they need together. */
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

  /** Resolves when it is the turn of what follows. */
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
   * Calls back when nothing of the operation waits its turn: needs that are loaded in several turns would else be planned in
   * several calls.
   */
  readonly whenNoneWaits = (step: Step): void => {
    afterMicrotasks(() => {
      if (this.#waiting === 0) step();
      else this.#slices.next(() => this.whenNoneWaits(step));
    });
  };
}
