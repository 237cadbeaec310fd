/** Who may have one of the upstream slots: fairly between destinations, and between queries and downloads. */

/** What counts of a destination's queue. */
interface Busy {
  readonly callsInFlight: number;
}

export class ConcurrencyLimiter {
  readonly #most: number;
  #taken = 0;
  #takenByRelays = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * A queue leaves one free slot for every other queue that has none, so that a destination whose calls hang never keeps
   * the others waiting; but no more than half of all, so that many quiet destinations do not throttle a busy one.
   */
  hasOneFor(queue: Busy, queues: readonly Busy[]): boolean {
    const free = this.#most - this.#taken;
    if (queue.callsInFlight === 0) return free > 0;
    const quiet = queues.filter(({ callsInFlight }) => callsInFlight === 0).length;
    return free > Math.min(quiet, Math.floor(this.#most / 2));
  }

  /** A relay lasts as long as its taker likes, so that half of all slots is kept free of them. */
  get mayRelay(): boolean {
    return this.#takenByRelays < Math.max(1, Math.floor(this.#most / 2));
  }

  /** For a write, which goes before queries. */
  get hasOne(): boolean {
    return this.#taken < this.#most;
  }

  acquire(isRelay: boolean): void {
    this.#taken += 1;
    if (isRelay) this.#takenByRelays += 1;
  }

  release(isRelay: boolean): void {
    this.#taken -= 1;
    if (isRelay) this.#takenByRelays -= 1;
  }
}
