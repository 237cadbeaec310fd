/** A clock that stands still until the test moves it, and never backwards. */
export class FakeClock {
  #now: number;

  constructor(startMs = 1_000_000) {
    this.#now = startMs;
  }

  /** To be handed over as the clock. */
  readonly now = (): number => this.#now;

  advance(ms: number): void {
    if (!(ms >= 0)) throw new Error('time does not run backwards');
    this.#now += ms;
  }
}
