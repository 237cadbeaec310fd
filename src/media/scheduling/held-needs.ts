/** Needs of one destination that wait until the writes that they must see have been answered. */

import type { WaitingShares } from '../fairness/waiting-shares.ts';
import type { PendingNeed } from './pending-need.ts';

export class HeldNeeds {
  readonly #shares: WaitingShares<PendingNeed>;
  readonly #held = new Set<PendingNeed>();

  constructor(shares: WaitingShares<PendingNeed>) {
    this.#shares = shares;
  }

  get all(): readonly PendingNeed[] {
    return [...this.#held];
  }

  /** Resolves to what `writes` resolves to. */
  async hold(pending: PendingNeed, writes: Promise<boolean>): Promise<boolean> {
    this.#held.add(pending);
    this.#shares.count(pending, 1);
    const mayJoin = await writes;
    if (this.#held.delete(pending)) this.#shares.count(pending, -1);
    return mayJoin;
  }

  /** The need has finished. */
  forget(pending: PendingNeed): void {
    this.#held.delete(pending);
  }
}
