/**
 * Whose call goes next, over all destinations, queries and writes: callers take turns, so that a flood of one delays its own calls,
 * not others', however many destinations it asks. It is start-time fair queueing (Goyal, Vin and Cheng, 1996) over callers.
 */

/** Which part of a call each caller has in it; together 1. */
export type CallerParts = ReadonlyMap<string, number>;

interface OfCallers {
  readonly callers: CallerParts;
}

/** The turns of so few callers are not looked through for those that are past. */
const MIN_SIZE_TO_TIDY = 64;
/**
 * Some hundred bytes each. Where more callers than that have had a call in one turn, all begin anew: none of them is ahead of the
 * others by more than a call or two.
 */
const MAX_CALLERS = 10_000;

export class CallerTurns {
  /** The turn of the call that was sent last. */
  #turn = 0;
  /**
   * From which turn on each caller may have its next call. A caller of whom nothing is known, or whose turn is past, may now: being
   * away earns nothing, and costs nothing. It is replaced and never cleared: the table of a Map that has become old keeps all later ones.
   */
  #next = new Map<string, number>();
  #maxSize = MIN_SIZE_TO_TIDY;
  #calls = 0;

  /** How many calls have been sent: an order is out of date when others than those in it were sent since. */
  get calls(): number {
    return this.#calls;
  }

  /** How many callers are remembered. */
  get size(): number {
    return this.#next.size;
  }

  /** The turn of a call, which is that of the first of its callers: the lower, the sooner it should go. */
  turnOf({ callers }: OfCallers): number {
    return this.#turnOf(callers, this.#next);
  }

  /** As they will go, all else being equal: in one turn in the order in which they are given. */
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

  /** A call is sent. */
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
