/**
 * Slots that callers share fairly: no caller holds more than its maximum, and a free slot goes to the waiting caller with the
 * fewest.
 */

export interface SlotBounds {
  readonly callerSlots: number;
  readonly processSlots: number;
  /** The part of the process's slots that is reserved for callers who hold none. Default: 0. */
  readonly reservedSlots?: number;
}

interface Holder {
  held: number;
  /** Callbacks that wait for a slot, in the order of their arrival. */
  readonly waiting: Set<() => void>;
}

export class FairSlots {
  readonly #bounds: SlotBounds;
  /**
   * Callers that hold a slot or wait for one, in the order in which they get slots: a caller that gets a slot, or is new, moves
   * to the end.
   */
  readonly #holders = new Map<string, Holder>();
  #held = 0;

  constructor(bounds: SlotBounds) {
    this.#bounds = bounds;
  }

  /**
   * Runs the work in a slot. `caller`: the same text for the same caller. @throws the signal's reason when the signal ends the
   * wait.
   */
  async within<T>(caller: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#take(caller, signal);
    try {
      return await work();
    } finally {
      this.#release(caller);
    }
  }

  async #take(caller: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const holder = this.#holderOf(caller);
    const turn = Promise.withResolvers<void>();
    const start = () => turn.resolve();
    const leave = () => {
      holder.waiting.delete(start);
      this.#drop(caller);
      turn.reject(signal.reason);
    };
    holder.waiting.add(start);
    signal.addEventListener('abort', leave, { once: true });
    this.#startNext();
    await turn.promise.finally(() => signal.removeEventListener('abort', leave));
  }

  #release(caller: string): void {
    this.#holderOf(caller).held -= 1;
    this.#held -= 1;
    this.#drop(caller);
    this.#startNext();
  }

  #startNext(): void {
    const { callerSlots, processSlots, reservedSlots = 0 } = this.#bounds;
    if (this.#held >= processSlots) return;
    // Each caller may have one of the reserved slots.
    const most = this.#held >= processSlots - reservedSlots ? 1 : callerSlots;
    let next: readonly [string, Holder] | undefined;
    for (const [caller, holder] of this.#holders) {
      if (holder.waiting.size === 0 || holder.held >= most) continue;
      if (next === undefined || holder.held < next[1].held) next = [caller, holder];
    }
    if (next === undefined) return;
    const [caller, holder] = next;
    const [start] = holder.waiting;
    if (start === undefined) return;
    this.#holders.delete(caller);
    this.#holders.set(caller, holder);
    holder.waiting.delete(start);
    holder.held += 1;
    this.#held += 1;
    start();
  }

  #holderOf(caller: string): Holder {
    let holder = this.#holders.get(caller);
    if (holder === undefined) {
      holder = { held: 0, waiting: new Set() };
      this.#holders.set(caller, holder);
    }
    return holder;
  }

  #drop(caller: string): void {
    const holder = this.#holders.get(caller);
    if (holder?.held === 0 && holder.waiting.size === 0) this.#holders.delete(caller);
  }
}
