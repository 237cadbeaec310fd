/** Bounds the calls in flight, and shares the slots fairly between destinations, and between queries and downloads. */

/** The part of a destination's queue that counts here. */
interface Busy {
  readonly callsInFlight: number;
}

export class ConcurrencyLimiter {
  readonly #maxCalls: number;
  #taken = 0;
  #takenByRelays = 0;

  constructor(maxCalls: number) {
    this.#maxCalls = maxCalls;
  }

  /**
   * A queue leaves one free slot for every other queue that has none, so that a destination whose calls hang never keeps
   * the others waiting; but no more than half of all, so that many quiet destinations do not throttle a busy one.
   */
  hasOneFor(queue: Busy, queues: readonly Busy[]): boolean {
    const free = this.#maxCalls - this.#taken;
    if (queue.callsInFlight === 0) return free > 0;
    const quiet = queues.filter(({ callsInFlight }) => callsInFlight === 0).length;
    return free > Math.min(quiet, Math.floor(this.#maxCalls / 2));
  }

  /** A relay lasts as long as its client takes to read, so half of all slots are kept free of them. */
  get mayRelay(): boolean {
    return this.#takenByRelays < Math.max(1, Math.floor(this.#maxCalls / 2));
  }

  /** Whether a write may start: writes go before queries. */
  get hasOne(): boolean {
    return this.#taken < this.#maxCalls;
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
