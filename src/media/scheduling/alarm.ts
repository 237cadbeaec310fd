/** Rings once, at the time it was last set to, in the time of an injected clock. */
import type { Clock, Timer } from '../../clock.ts';
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Infinite: not at all. */
  set(time: number): void {
    this.#clock.clearTimeout(this.#timer);
    if (time === Number.POSITIVE_INFINITY) return;
    // It must not keep a process alive that is done: whoever waits has a connection open.
    this.#timer = this.#clock.setTimeout(this.#ring, Math.max(0, time - this.#clock.now())).unref();
  }
}
