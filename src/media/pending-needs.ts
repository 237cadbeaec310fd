/** The needs of one operation that wait for calls to Redox, until they are answered or the operation ends. */
import type { OperationSlices } from '../operation-slices.ts';
import type { KnownAnswers } from './known-answers.ts';
import { failedWith, type Loading, type LoadResult } from './loading.ts';
import type { Need } from './model/need.ts';
import type { CallIds } from './model/outcome.ts';
import type { PendingNeed, PendingNeedOptions } from './scheduling/pending-need.ts';
import type { Scheduler } from './scheduling/scheduler.ts';

export interface PendingNeedsOptions {
  readonly scheduler: Scheduler;
  /** The options that all needs of the operation share. */
  readonly needOptions: PendingNeedOptions;
  /** Keeps the answers for later needs of the operation. */
  readonly known: KnownAnswers;
  /** Fires when the operation ends. */
  readonly signal: AbortSignal;
  readonly slices: OperationSlices | undefined;
}

export class PendingNeeds {
  readonly #options: PendingNeedsOptions;
  readonly #open = new Set<PendingNeed>();

  constructor(options: PendingNeedsOptions) {
    const { signal } = options;
    this.#options = options;
    signal.addEventListener('abort', () => this.#abandon(signal.reason), { once: true });
  }

  /** The calls that are, or were, for needs that are not answered yet. */
  get startedCalls(): readonly CallIds[] {
    return [...this.#open].flatMap(({ startedCalls }) => startedCalls);
  }

  load(need: Need): Loading {
    const { scheduler, needOptions } = this.#options;
    try {
      const pending = scheduler.submit(need, needOptions);
      this.#open.add(pending);
      return { result: this.#deliver(pending), calls: pending.startedCalls };
    } catch (error) {
      // This need fails alone: its error says nothing about the other needs of its batch.
      return failedWith(error);
    }
  }

  /** Called once for all fields that load the same need. One call may answer thousands of needs, or fail for them. */
  #deliver(pending: PendingNeed): Promise<LoadResult> {
    const { known, slices } = this.#options;
    const inSlice = <T>(step: () => T): T | Promise<T> => {
      this.#open.delete(pending);
      return slices?.isOver ? slices.next().then(step) : step();
    };
    return pending.answer.then(
      (items) => inSlice(() => known.keep(pending, items)),
      (error: unknown) =>
        inSlice(() => {
          throw error;
        }),
    );
  }

  #abandon(reason: unknown): void {
    for (const pending of this.#open) pending.fail(reason);
  }
}
