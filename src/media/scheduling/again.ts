/** Calls that go again as they are: halves of refused ones at once, repeated ones when their time has come. */

import type { PlannedCall } from '../planning/plan.ts';
import type { Ask } from './ask.ts';
import type { Split } from './split.ts';

export interface Again {
  readonly call: PlannedCall<Ask>;
  /** The refused call that this is a half of. */
  readonly split: Split | null;
  /** A second attempt: it gets no third. */
  readonly isRepeat: boolean;
  /** In milliseconds of the scheduler's clock. */
  readonly dueAt: number;
}

export class AgainQueue {
  #entries: Again[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** In the order in which they came. */
  get calls(): readonly PlannedCall<Ask>[] {
    return this.#entries.map(({ call }) => call);
  }

  /** When the next one's time comes; infinite when that of all has. */
  nextDueAfter(now: number): number {
    const future = this.#entries.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt > now);
    return Math.min(Number.POSITIVE_INFINITY, ...future);
  }

  push(entry: Again): void {
    for (const { owner } of entry.call.wanted) owner.waiting += 1;
    this.#entries.push(entry);
  }

  /** The first that is due and that somebody still waits for; those that nobody does are dropped. */
  take(now: number): Again | undefined {
    this.#dropDeserted();
    const at = this.#entries.findIndex(({ dueAt }) => dueAt <= now);
    return at < 0 ? undefined : this.#entries.splice(at, 1)[0];
  }

  /** This one is asked in another way from now on. */
  drop(ask: Ask): void {
    this.#entries = this.#entries.map((entry) => {
      const wanted = entry.call.wanted.filter(({ owner }) => owner !== ask);
      return { ...entry, call: { box: entry.call.box, wanted } };
    });
  }

  #dropDeserted(): void {
    this.#entries = this.#entries.filter(({ call, split }) => {
      const isWanted = call.wanted.some(({ owner }) => !owner.finished);
      if (!isWanted) split?.failed();
      return isWanted;
    });
  }
}
