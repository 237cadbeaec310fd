/** Asks needs again, with fewer others, where a reply leaves open what is theirs; within a budget, and for a while at once. */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { MediaReply } from '../../redox/messages.ts';
import { SplitBudget } from '../resilience/split-budget.ts';
import type { Ask } from './ask.ts';
import type { Call } from './call.ts';
import { IsolatedNeeds, type Isolation, isolateFurther } from './isolation.ts';

export class Isolator {
  readonly #budget: SplitBudget;
  readonly #needs: IsolatedNeeds;
  readonly #onUnattributed: () => void;

  /** `onUnattributed` hears of every need that fails for want of a reply that tells what is its own. */
  constructor(clock: Clock, onUnattributed: () => void) {
    this.#budget = new SplitBudget(clock);
    this.#needs = new IsolatedNeeds(clock);
    this.#onUnattributed = onUnattributed;
  }

  /** A need that could not be settled otherwise lately is isolated at once, which saves it a call in vain. */
  recall(ask: Ask): void {
    ask.isolation = this.#needs.isolationOf(ask.box);
    ask.isRecalled = ask.isolation !== 'none';
  }

  /** With whom to ask a need again whose own a call did not tell. */
  isolationAfter(call: Call, { box }: Ask): Isolation {
    const isolation = isolateFurther(box, call.box);
    this.#needs.note(box, isolation);
    return isolation;
  }

  /**
   * Whether a call for these needs may start. It counts when it would not be but for how the destination answers: it is
   * asked after a reply that left them open, or alone where others, of whom `isAmongOthers` tells, might share it. Those
   * that are known to need a call by their shape merge as all others do, so these do not count.
   */
  affords(asks: readonly Ask[], isAmongOthers: boolean): boolean {
    const isExtra = asks.every(({ isolation, isRecalled }) => {
      if (isolation === 'none') return false;
      return !isRecalled || (isolation === 'alone' && isAmongOthers);
    });
    return !isExtra || this.#budget.take();
  }

  /** `reply`: the one that does not tell; null where the budget does not let it be asked for. */
  fail(ask: Ask, reply: Pick<MediaReply, 'logIds' | 'traceId'> | null, retryable: boolean): void {
    if (ask.finished) return;
    this.#onUnattributed();
    ask.fail(new GatewayError('UNATTRIBUTED', { retryable, ...(reply && { redox: describe(reply) }) }));
  }
}

function describe({ logIds, traceId }: Pick<MediaReply, 'logIds' | 'traceId'>) {
  return { logIds, status: 200, ...(traceId !== null && { traceId }) };
}
