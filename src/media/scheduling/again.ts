/** Calls that go again as they are: halves of refused ones at once, repeated ones when their time has come. */

import type { PlannedCall } from '../planning/plan.ts';
import type { PendingNeed } from './pending-need.ts';
import type { Split } from './split.ts';

export interface Again {
  readonly call: PlannedCall<PendingNeed>;
  /** The refused call that this is a half of. */
  readonly split: Split | null;
  /** A second attempt: it gets no third. */
  readonly isRetry: boolean;
  /** In milliseconds of the scheduler's clock. */
  readonly dueAt: number;
}

export class AgainQueue {
  #entries: Again[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** In the order in which they came. */
  get calls(): readonly PlannedCall<PendingNeed>[] {
    return this.#entries.map(({ call }) => call);
  }

  /** When the next one's time comes; infinite when that of all has. */
  nextDueAfter(now: number): number {
    const future = this.#entries.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > now);
    return Math.min(Number.POSITIVE_INFINITY, ...future);
  }

  push(entry: Again): void {
    for (const { owner } of entry.call.parts) owner.waiting += 1;
    this.#entries.push(entry);
  }

  /** The first that is due and that somebody still waits for; those that nobody does are dropped. */
  take(now: number): Again | undefined {
    this.#dropDeserted();
    const at = this.#entries.findIndex(({ dueAt }) => dueAt <= now);
    return at < 0 ? undefined : this.#entries.splice(at, 1)[0];
  }

  /** This one is asked in another way from now on. */
  drop(pending: PendingNeed): void {
    this.#entries = this.#entries.map((entry) => {
      const parts = entry.call.parts.filter(({ owner }) => owner !== pending);
      return { ...entry, call: { box: entry.call.box, parts } };
    });
  }

  #dropDeserted(): void {
    this.#entries = this.#entries.filter(({ call, split }) => {
      const isWanted = call.parts.some(({ owner }) => !owner.finished);
      if (!isWanted) split?.failed();
      return isWanted;
    });
  }
}
