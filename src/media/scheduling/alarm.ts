/** Rings once, at the time it was last set to, in the time of an injected clock. */
export class Alarm {
  readonly #clock: () => number;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: () => number, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Infinite: not at all. */
  set(time: number): void {
    clearTimeout(this.#timer);
    if (time === Number.POSITIVE_INFINITY) return;
    // It must not keep a process alive that is done: whoever waits has a connection open.
    this.#timer = setTimeout(this.#ring, Math.max(0, time - this.#clock())).unref();
  }
}
