/** One operation's share of the turns: its fields begin in several turns, and yet load what they need together. */
import { afterMicrotasks, type Step, type Turns, type Work } from './turns.ts';

export class OperationTurns {
  readonly #turns: Turns;
  #waiting = 0;

  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** See `Turns`. */
  get isOver(): boolean {
    return this.#turns.isOver;
  }

  /** Resolves when it is the turn of what follows. */
  next(): Promise<void> {
    this.#waiting += 1;
    return new Promise((resolve) => {
      this.#turns.next(() => {
        this.#waiting -= 1;
        resolve();
      });
    });
  }

  /** See `Turns`. */
  finish<T>(work: Work<T>): T | Promise<T> {
    return this.#turns.finish(work);
  }

  /**
   * Calls back when nothing of the operation waits its turn: needs that are loaded in several turns would else be planned in
   * several calls.
   */
  readonly whenNoneWaits = (step: Step): void => {
    afterMicrotasks(() => {
      if (this.#waiting === 0) step();
      else this.#turns.next(() => this.whenNoneWaits(step));
    });
  };
}
