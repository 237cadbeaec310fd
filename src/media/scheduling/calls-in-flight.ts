/** One destination's calls in flight, and the repetitions of calls that are overdue (see SlowCalls). */
import type { Clock } from '../../clock.ts';
import type { WriteOrder } from '../ordering/write-order.ts';
import { RetryBudget } from '../resilience/retry-policy.ts';
import { repeatCall } from './further-calls.ts';
import type { NeedPart, PendingNeed } from './pending-need.ts';
import { SlowCalls } from './slow-calls.ts';
import type { UpstreamCall } from './upstream-call.ts';

export class CallsInFlight {
  readonly slow: SlowCalls;
  /** The retry budget of this destination alone, so that a failing destination does not use up the retries of others. */
  readonly retries: RetryBudget;
  readonly #clock: Clock;
  readonly #writes: WriteOrder;
  /**
   * A list rather than a Set. A Set that lives as long as the process is rehashed into new tables, and in V8 each table refers to
   * the next one. Once an old table is in the old generation, minor collections keep all later tables, and the calls in them.
   */
  #calls: readonly UpstreamCall[] = [];
  /** How many calls in flight do not count against REDOX_CONCURRENCY. */
  #withoutSlot = 0;

  constructor(writes: WriteOrder, clock: Clock) {
    this.slow = new SlowCalls(clock);
    this.retries = new RetryBudget(clock);
    this.#writes = writes;
    this.#clock = clock;
  }

  /** In the order in which they were sent. */
  get all(): readonly UpstreamCall[] {
    return this.#calls;
  }

  /** How many calls in flight count against REDOX_CONCURRENCY. */
  get slotsTaken(): number {
    return this.#calls.length - this.#withoutSlot;
  }

  /** Records that a waiting call is sent. */
  start(call: UpstreamCall): UpstreamCall {
    this.slow.recordStart();
    return this.#add(call);
  }

  /** Records that an overdue call is sent once more while it is still in flight. Returns the repetition. */
  repeat(call: UpstreamCall, as: 'retry' | 'probe'): UpstreamCall {
    const repetition = repeatCall(call, as);
    this.slow.recordRepetition(call);
    if (as === 'probe') this.#withoutSlot += 1;
    return this.#add(repetition);
  }

  /** Records the end of a call. `error`: null when it was answered. Returns its unfinished needs, which no longer wait for it. */
  end(call: UpstreamCall, error: unknown): PendingNeed[] {
    this.#calls = this.#calls.filter((one) => one !== call);
    if (call.slot === 'aside' || call.isProbe) this.#withoutSlot -= 1;
    this.slow.recordEnd(call, error, this.#calls);
    return call.end(error === null ? 'settled' : 'failed');
  }

  /** Returns the calls that have become overdue since the last check. */
  findOverdue(): readonly UpstreamCall[] {
    return this.slow.findOverdue(this.#unanswered);
  }

  /** In how many milliseconds `findOverdue` should be called again. */
  get nextCheckMs(): number {
    return this.slow.nextCheckMs(this.#unanswered);
  }

  get #unanswered(): readonly UpstreamCall[] {
    return this.#calls.filter(({ state }) => state !== 'answered');
  }

  /** Records that a call in flight no longer counts against REDOX_CONCURRENCY. */
  recordSetAside(): void {
    this.#withoutSlot += 1;
  }

  /**
   * Ends a call that failed while its counterpart is in flight: its needs now wait for the counterpart. Returns the parts whose
   * needs the counterpart is not for; null when the call has no counterpart.
   */
  leaveToCounterpart(call: UpstreamCall, error: unknown): readonly NeedPart[] | null {
    const counterpart = call.unlink();
    if (counterpart === null) return null;
    const uncovered = partsOnlyIn(call, counterpart);
    this.end(call, error);
    return uncovered;
  }

  /** Ends the counterpart of a call that was answered. Returns the parts that only the counterpart was for. */
  endCounterpart(call: UpstreamCall): readonly NeedPart[] {
    const counterpart = call.unlink();
    if (counterpart === null) return [];
    const uncovered = partsOnlyIn(counterpart, call);
    counterpart.supersede();
    counterpart.drop(new Set(counterpart.parts.map(({ owner }) => owner)));
    return uncovered;
  }

  #add(call: UpstreamCall): UpstreamCall {
    this.retries.recordCall();
    call.start(this.#writes.nextPlace(), this.#clock.now());
    this.#calls = [...this.#calls, call];
    return call;
  }
}

/** Returns the open parts of one call whose needs have no part in the other. */
function partsOnlyIn(one: UpstreamCall, other: UpstreamCall): readonly NeedPart[] {
  const owners = new Set(other.parts.map(({ owner }) => owner));
  return one.openParts.filter(({ owner }) => !owners.has(owner));
}
