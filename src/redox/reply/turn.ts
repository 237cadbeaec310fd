/** Lets large replies take turns with everything else: Node would read 2 MB of each socket before it looks around. */
import type { Clock } from '../../clock.ts';

/** Two milliseconds' worth, at the speed at which replies are passed over. */
const TURN_BYTES = 4_194_304;

export class TurnTaking {
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
    return this.#bytes < TURN_BYTES ? undefined : this.#turn;
  }
}
