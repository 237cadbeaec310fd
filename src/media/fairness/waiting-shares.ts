/**
 * Counts the parts of needs that wait at a destination, in total and for each caller. When the limit is reached, the caller with
 * the most waiting parts gives up one: the limit is the same for all callers together, and a single caller may use all of it.
 */

/** The part of a need that matters here. */
interface Waiting<Need> {
  readonly caller: string;
  readonly finished: boolean;
  /** How many of its parts wait; maintained by WaitingShares. */
  waiting: number;
  share: WaitingShare<Need> | null;
}

/** The waiting needs of one caller. */
export interface WaitingShare<Need> {
  parts: number;
  /** Needs in the order in which they began to wait; some of them may no longer wait. */
  needs: Need[];
}

/** A shorter list of needs is not searched for those that no longer wait. */
const MIN_LENGTH_TO_TIDY = 64;

export class WaitingShares<Need extends Waiting<Need>> {
  #size = 0;
  /** By caller; a caller without waiting needs has no entry. */
  readonly #shares = new Map<string, WaitingShare<Need>>();

  /**
   * The number of waiting parts whose operation is still open. It is maintained instead of computed, since every need that
   * arrives reads it.
   */
  get size(): number {
    return this.#size;
  }

  /** Records that a part of the need begins to wait, or no longer waits. */
  count(need: Need, change: 1 | -1): void {
    need.waiting += change;
    if (need.finished) return;
    this.#size += change;
    // A share without parts has been removed, and is not used any more.
    const share = need.share !== null && need.share.parts > 0 ? need.share : this.#shareOf(need.caller);
    need.share = share;
    share.parts += change;
    if (share.parts === 0) this.#drop(need.caller, share);
    else if (change === 1 && need.waiting === 1) append(share, need);
  }

  /** Records that a need has finished. Returns true if parts of it were waiting. */
  recordFinished({ caller, waiting, share }: Need): boolean {
    if (waiting === 0 || share === null) return false;
    this.#size -= waiting;
    share.parts -= waiting;
    if (share.parts === 0) this.#drop(caller, share);
    return true;
  }

  /**
   * The newest need of the caller with the most waiting parts, if it should make room for a need of `caller`; null if it should
   * not.
   */
  findNeedToEvict(caller: string): Need | null {
    const own = this.#shares.get(caller)?.parts ?? 0;
    const callers = this.#shares.size + (own === 0 ? 1 : 0);
    // The caller already has its equal share. The other callers are not searched, as thousands of needs may be refused in this
    // way.
    if (own + 1 > this.#size / callers) return null;
    const shares = [...this.#shares.values()];
    const largest = shares.reduce((most, share) => (share.parts > most.parts ? share : most));
    for (;;) {
      const need = largest.needs.pop();
      if (need === undefined || isWaiting(need)) return need ?? null;
    }
  }

  /** Clears the share, so that it keeps no need in memory even if an old table of the Map still refers to it. */
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
