/** Yields to the event loop while large replies are read: Node would read 2 MB of each socket before it does anything else. */
import type { Clock } from '../../clock.ts';

/** What is read in two milliseconds, at the speed at which files are skipped. */
const YIELD_EVERY_BYTES = 4_194_304;

export class EventLoopYield {
  readonly #clock: Clock;
  #bytes = 0;
  #turn: Promise<void> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts bytes that were read. The promise, if any, resolves in the event loop's next turn. */
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
