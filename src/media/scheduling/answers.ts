/**
 * Answers needs, all needs of one operation together: either all operations at once, or a few in each turn of the event loop. The
 * second way keeps clients that were answered by one call from sending their next requests at the same moment and waiting for one
 * call again.
 */
import type { Clock } from '../../clock.ts';
import type { PendingNeed } from './pending-need.ts';

/** The result of distributing a call's reply among its needs. */
export interface Settled {
  /** The number of items that satisfy no need. */
  readonly unmatched: number;
  /** The number of items given to needs; an item counts once for each need. */
  readonly given: number;
  /** The needs that can be answered, since they wait for no other call. */
  readonly complete: readonly PendingNeed[];
}

/**
 * How many operations are answered in one turn of the event loop. A lower number spreads their clients more and costs more calls.
 * With 32 clients (W-A, see docs/performance.md), answering all in one turn costs 0.14 calls an operation, four in a turn 0.25,
 * and one in a turn up to 0.39, which takes more CPU time than it saves waiting time.
 */
const MAX_OPERATIONS_PER_TURN = 4;

export class Answers {
  readonly #clock: Clock;
  /** Needs to be answered, by operation. Among those of one reply, the operation that has waited longest comes first. */
  readonly #operations: (readonly PendingNeed[])[] = [];
  #isRunning = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Answers complete needs. `isSpread`: calls are plentiful, so a few operations are answered in each turn of the event loop. */
  answer(needs: readonly PendingNeed[], isSpread: boolean): void {
    if (!isSpread) {
      for (const pending of needs) pending.answerNow();
      return;
    }
    const operations = [...Map.groupBy(needs, ({ operation }) => operation).values()];
    this.#operations.push(...operations.sort(([a], [b]) => (a?.order ?? 0) - (b?.order ?? 0)));
    if (!this.#isRunning) this.#answerNext();
  }

  #answerNext(): void {
    for (const needs of this.#operations.splice(0, MAX_OPERATIONS_PER_TURN)) {
      for (const pending of needs) pending.answerNow();
    }
    this.#isRunning = this.#operations.length > 0;
    if (this.#isRunning) this.#clock.setImmediate(() => this.#answerNext());
  }
}
