/** Decides what a stop signal does: the first one starts draining, another one ends the process, and a duplicate does nothing. */
import type { Clock } from '../clock.ts';

/** Under `npm start` one Ctrl-C arrives twice: from the terminal, and from npm. A person cannot press it twice as fast. */
const SAME_SIGNAL_MS = 200;

export type StopStep = 'drain' | 'none' | 'end';

export class StopSignals {
  readonly #clock: Clock;
  #drainingSince: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Called for each signal. */
  receive(): StopStep {
    const now = this.#clock.now();
    if (this.#drainingSince === undefined) {
      this.#drainingSince = now;
      return 'drain';
    }
    return now - this.#drainingSince > SAME_SIGNAL_MS ? 'end' : 'none';
  }
}
