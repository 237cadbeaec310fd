/** One destination's calls in flight, and the repetitions of those that take far too long. */
import type { Clock } from '../../clock.ts';
import type { WriteOrder } from '../ordering/write-order.ts';
import { RetryBudget } from '../resilience/retry-policy.ts';
import { repeatCall } from './further-calls.ts';
import type { NeedPart, PendingNeed } from './pending-need.ts';
import { SlowCalls } from './slow-calls.ts';
import type { UpstreamCall } from './upstream-call.ts';

export class CallsInFlight {
  readonly slow: SlowCalls;
  /** Of this destination's calls: one that is in trouble takes the retries of no other. */
  readonly retries: RetryBudget;
  readonly #clock: Clock;
  readonly #writes: WriteOrder;
  /**
   * A list and no Set: a Set that lives as long as the process grows into one table after another, and each table refers to
   * the next. Once one of them is old, minor collections keep all later ones, with the calls in them and all that they lead to.
   */
  #calls: readonly UpstreamCall[] = [];
  /** Calls that do not count against REDOX_CONCURRENCY. */
  #beside = 0;

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

  /** Calls that count against REDOX_CONCURRENCY. */
  get slotsTaken(): number {
    return this.#calls.length - this.#beside;
  }

  /** A call that waited is sent. */
  start(call: UpstreamCall): UpstreamCall {
    this.slow.recordStart();
    return this.#add(call);
  }

  /** A slow call is sent once more, while it goes on. */
  repeat(call: UpstreamCall, as: 'retry' | 'probe'): UpstreamCall {
    const repetition = repeatCall(call, as);
    this.slow.recordRepetition(call);
    if (as === 'probe') this.#beside += 1;
    return this.#add(repetition);
  }

  /** A call is over: with null for its reply, or with its error. Returns the needs that wait for it no longer. */
  end(call: UpstreamCall, error: unknown): PendingNeed[] {
    this.#calls = this.#calls.filter((one) => one !== call);
    if (call.slot === 'aside' || call.isProbe) this.#beside -= 1;
    this.slow.recordEnd(call, error, this.#calls);
    return call.end(error === null ? 'settled' : 'failed');
  }

  /** Calls that are found to take far too long. */
  findSlow(): readonly UpstreamCall[] {
    return this.slow.check(this.#unanswered);
  }

  /** In how many milliseconds `findSlow` may find something. */
  get nextCheckMs(): number {
    return this.slow.nextCheckMs(this.#unanswered);
  }

  get #unanswered(): readonly UpstreamCall[] {
    return this.#calls.filter(({ state }) => state !== 'answered');
  }

  /** One of them no longer counts against REDOX_CONCURRENCY. */
  recordAside(): void {
    this.#beside += 1;
  }

  /**
   * A call fails while its counterpart is under way, which its needs wait for from then on. Returns what only it was for; null when
   * there is no counterpart.
   */
  leaveToCounterpart(call: UpstreamCall, error: unknown): readonly NeedPart[] | null {
    const counterpart = call.unlink();
    if (counterpart === null) return null;
    const left = partsOnlyIn(call, counterpart);
    this.end(call, error);
    return left;
  }

  /** A call was answered, which ends its counterpart. Returns what only that was for. */
  endCounterpart(call: UpstreamCall): readonly NeedPart[] {
    const counterpart = call.unlink();
    if (counterpart === null) return [];
    const left = partsOnlyIn(counterpart, call);
    counterpart.supersede();
    counterpart.drop(new Set(counterpart.parts.map(({ owner }) => owner)));
    return left;
  }

  #add(call: UpstreamCall): UpstreamCall {
    this.retries.recordCall();
    call.start(this.#writes.nextPlace(), this.#clock.now());
    this.#calls = [...this.#calls, call];
    return call;
  }
}

/** What is still wanted of one call, and is not asked by the other. */
function partsOnlyIn(one: UpstreamCall, other: UpstreamCall): readonly NeedPart[] {
  const owners = new Set(other.parts.map(({ owner }) => owner));
  return one.openParts.filter(({ owner }) => !owners.has(owner));
}
