/**
 * Hands out what calls have brought, by whole operations: at once, or a few in each turn of the event loop, so that their
 * clients do not all ask again in one moment, and wait together for one call again.
 */
import type { Clock } from '../../clock.ts';
import type { PendingNeed } from './pending-need.ts';

/** What a call has brought. */
export interface Settled {
  /** Items that satisfy no need. */
  readonly unmatched: number;
  readonly given: number;
  /** The needs that wait for no other call. */
  readonly complete: readonly PendingNeed[];
}

/**
 * Operations that are answered in one turn of the event loop. Fewer spread their clients more, and cost more calls: of 32 clients
 * (W-A, see docs/performance.md) all in one turn make 0.14 calls an operation, four a quarter, and one up to 0.39, which takes
 * more CPU than it saves of waiting.
 */
const MAX_IN_A_TURN = 4;

export class Answers {
  readonly #clock: Clock;
  /** The needs of each operation. Of one reply, the operation that has waited longest comes first. */
  readonly #waiting: (readonly PendingNeed[])[] = [];
  #isRunning = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** They have all they wait for. `inTurns`: there are calls to spare, so not all operations are answered at once. */
  give(needs: readonly PendingNeed[], inTurns: boolean): void {
    if (!inTurns) {
      for (const pending of needs) pending.answerNow();
      return;
    }
    const operations = [...Map.groupBy(needs, ({ operation }) => operation).values()];
    this.#waiting.push(...operations.sort(([a], [b]) => (a?.order ?? 0) - (b?.order ?? 0)));
    if (!this.#isRunning) this.#run();
  }

  #run(): void {
    for (const needs of this.#waiting.splice(0, MAX_IN_A_TURN)) {
      for (const pending of needs) pending.answerNow();
    }
    this.#isRunning = this.#waiting.length > 0;
    if (this.#isRunning) this.#clock.setImmediate(() => this.#run());
  }
}
