/**
 * Decides whose call is sent next, over all destinations, queries and writes: callers take turns, so that many calls of one
 * caller delay only its own calls, however many destinations they are for. The algorithm is start-time fair queueing (Goyal, Vin
 * and Cheng, 1996) over callers.
 */

/** The part of a call that belongs to each of its callers; the parts add up to 1. */
export type CallerParts = ReadonlyMap<string, number>;

interface OfCallers {
  readonly callers: CallerParts;
}

/** With so few entries, past turns are not removed. */
const MIN_SIZE_TO_TIDY = 64;
/**
 * Each takes some hundred bytes. If more callers than this have had a call in one turn, all of them start anew: none of them is
 * ahead of the others by more than a call or two.
 */
const MAX_CALLERS = 10_000;

export class CallerTurns {
  /** The turn of the call that was sent last (the virtual time of the algorithm). */
  #turn = 0;
  /**
   * The turn in which each caller may have its next call. A caller without an entry, or whose turn is past, may have it now: an
   * inactive caller neither gains nor loses anything. The Map is replaced and never cleared, since the table of an old Map keeps
   * all later ones in memory.
   */
  #next = new Map<string, number>();
  #maxSize = MIN_SIZE_TO_TIDY;
  #calls = 0;

  /** The number of calls that have been sent: an order is outdated when calls outside of it were sent since. */
  get calls(): number {
    return this.#calls;
  }

  /** How many callers are remembered. */
  get size(): number {
    return this.#next.size;
  }

  /** The turn of a call, which is the earliest turn of its callers: the call with the lowest turn is sent first. */
  turnOf({ callers }: OfCallers): number {
    return this.#turnOf(callers, this.#next);
  }

  /** The calls in the order in which they would be sent; calls of the same turn keep the order in which they are given. */
  order<Call extends OfCallers>(calls: readonly Call[]): Call[] {
    const next = new Map<string, number>();
    for (const { callers } of calls) {
      for (const caller of callers.keys()) next.set(caller, this.#next.get(caller) ?? this.#turn);
    }
    if (next.size < 2) return [...calls];
    const turns = calls.map((call) => {
      const turn = this.#turnOf(call.callers, next);
      for (const [caller, part] of call.callers) next.set(caller, this.#startOf(caller, next) + part);
      return { call, turn };
    });
    // The sort is stable.
    return turns.sort((a, b) => a.turn - b.turn).map(({ call }) => call);
  }

  /** Records that a call is sent. */
  record(call: OfCallers): void {
    this.#calls += 1;
    this.#turn = this.turnOf(call);
    for (const [caller, part] of call.callers)
      this.#next.set(caller, this.#startOf(caller, this.#next) + part);
    if (this.#next.size >= this.#maxSize) this.#forgetPast();
  }

  #turnOf(callers: CallerParts, next: ReadonlyMap<string, number>): number {
    let first = Number.POSITIVE_INFINITY;
    for (const caller of callers.keys()) first = Math.min(first, this.#startOf(caller, next));
    return first;
  }

  #startOf(caller: string, next: ReadonlyMap<string, number>): number {
    return Math.max(this.#turn, next.get(caller) ?? this.#turn);
  }

  #forgetPast(): void {
    const ahead = [...this.#next].filter(([, turn]) => turn > this.#turn);
    this.#next = new Map(ahead.length < MAX_CALLERS ? ahead : []);
    this.#maxSize = Math.min(MAX_CALLERS, Math.max(MIN_SIZE_TO_TIDY, 2 * this.#next.size));
  }
}
