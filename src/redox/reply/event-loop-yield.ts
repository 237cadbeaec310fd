/**
 * Yields to the event loop while large replies are read: Node would otherwise read 2 MB from each socket before anything else
 * runs.
 */
import type { Clock } from '../../clock.ts';

/** The number of bytes that are read in two milliseconds while files are skipped. */
const YIELD_EVERY_BYTES = 4_194_304;

export class EventLoopYield {
  readonly #clock: Clock;
  #bytes = 0;
  #turn: Promise<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts bytes that were read. If it returns a promise, that resolves in the next turn of the event loop. */
  add(bytes: number): Promise<void> | undefined {
    this.#bytes += bytes;
    this.#turn ??= new Promise((resolve) => {
      this.#clock.setImmediate(() => {
        this.#turn = null;
        this.#bytes = 0;
        resolve();
      });
    });
    return this.#bytes < YIELD_EVERY_BYTES ? undefined : this.#turn;
  }
}
