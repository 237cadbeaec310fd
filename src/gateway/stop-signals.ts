/** What a signal to stop means: the first one drains, and another one ends the process, unless it is the same one again. */
import type { Clock } from '../clock.ts';

/** One Ctrl-C under `npm start` comes twice: from the terminal, and handed on by npm. No person is as fast. */
const SAME_SIGNAL_MS = 200;

export type StopStep = 'drain' | 'none' | 'end';

export class StopSignals {
  readonly #clock: Clock;
  #drainingSince: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A signal has come. */
  receive(): StopStep {
    const now = this.#clock.now();
    if (this.#drainingSince === undefined) {
      this.#drainingSince = now;
      return 'drain';
    }
    return now - this.#drainingSince > SAME_SIGNAL_MS ? 'end' : 'none';
  }
}
