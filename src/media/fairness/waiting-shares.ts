/**
 * How many parts of needs wait at a destination, in all and of each caller. Where there is room for no more, the caller of whom
 * most wait gives way: the bound is the same for all callers together, and one caller alone may use all of it.
 */

/** What counts here of a need. */
interface Waiting<Need> {
  readonly caller: string;
  readonly finished: boolean;
  /** How many of its parts wait; kept here. */
  waiting: number;
  share: WaitingShare<Need> | null;
}

/** What waits of one caller. */
export interface WaitingShare<Need> {
  parts: number;
  /** Needs in the order in which they began to wait; some of them may wait no longer. */
  needs: Need[];
}

/** A list of needs is not looked through for fewer that wait no longer. */
const MIN_LENGTH_TO_TIDY = 64;

export class WaitingShares<Need extends Waiting<Need>> {
  #size = 0;
  /** Of callers of whom something waits. */
  readonly #shares = new Map<string, WaitingShare<Need>>();

  /** How many parts wait that an operation still wants. Kept, not scanned: every need that arrives asks for it. */
  get size(): number {
    return this.#size;
  }

  /** A part of the need begins to wait, or waits no longer. */
  count(need: Need, change: 1 | -1): void {
    need.waiting += change;
    if (need.finished) return;
    this.#size += change;
    // A share of which nothing is left is none any more.
    const share = need.share !== null && need.share.parts > 0 ? need.share : this.#shareOf(need.caller);
    need.share = share;
    share.parts += change;
    if (share.parts === 0) this.#drop(need.caller, share);
    else if (change === 1 && need.waiting === 1) append(share, need);
  }

  /** A need that may have parts here has finished; true when it had some. */
  recordFinished({ caller, waiting, share }: Need): boolean {
    if (waiting === 0 || share === null) return false;
    this.#size -= waiting;
    share.parts -= waiting;
    if (share.parts === 0) this.#drop(caller, share);
    return true;
  }

  /** The newest need of the caller of whom most wait, where one of `caller` should have its place; null where it should not. */
  findNeedToEvict(caller: string): Need | null {
    const own = this.#shares.get(caller)?.parts ?? 0;
    const callers = this.#shares.size + (own === 0 ? 1 : 0);
    // It has its share: the others are not looked at, as thousands may come that are refused.
    if (own + 1 > this.#size / callers) return null;
    const shares = [...this.#shares.values()];
    const largest = shares.reduce((most, share) => (share.parts > most.parts ? share : most));
    for (;;) {
      const need = largest.needs.pop();
      if (need === undefined || isWaiting(need)) return need ?? null;
    }
  }

  /** It keeps no need alive, even where an old table of the Map still refers to it. */
  #drop(caller: string, share: WaitingShare<Need>): void {
    this.#shares.delete(caller);
    share.needs = [];
  }

  #shareOf(caller: string): WaitingShare<Need> {
    let share = this.#shares.get(caller);
    if (share === undefined) {
      share = { parts: 0, needs: [] };
      this.#shares.set(caller, share);
    }
    return share;
  }
}

function append<Need extends Waiting<Need>>(share: WaitingShare<Need>, need: Need): void {
  share.needs.push(need);
  if (share.needs.length < MIN_LENGTH_TO_TIDY || share.needs.length < 2 * share.parts) return;
  share.needs = [...new Set(share.needs.filter(isWaiting))];
}

function isWaiting({ waiting, finished }: { readonly waiting: number; readonly finished: boolean }): boolean {
  return waiting > 0 && !finished;
}
