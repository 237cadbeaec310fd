/** One destination: its needs on their way, the calls that wait for them, and the calls in flight. */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { MediaReply } from '../../redox/messages.ts';
import type { Work } from '../../time-slices.ts';
import type { CallerTurns } from '../fairness/caller-turns.ts';
import type { MayStart } from '../fairness/concurrency-limiter.ts';
import { WaitingShares } from '../fairness/waiting-shares.ts';
import { distribute } from '../matching/distribute.ts';
import { type Box, intersectBoxes, subtractBox } from '../model/box.ts';
import { dropRepeats } from '../model/item.ts';
import type { Need } from '../model/need.ts';
import type { WriteOrder } from '../ordering/write-order.ts';
import type { Next } from '../resilience/after-failure.ts';
import { CallSplitter } from '../resilience/call-splitter.ts';
import type { LearnedLimits } from '../resilience/learned-limits.ts';
import type { Settled } from './answers.ts';
import { CallsInFlight } from './calls-in-flight.ts';
import { retryCall, splitCall } from './further-calls.ts';
import type { Isolation } from './isolation.ts';
import { Isolator } from './isolator.ts';
import { type NeedPart, PendingNeed, type PendingNeedOptions } from './pending-need.ts';
import type { UpstreamCall } from './upstream-call.ts';
import { type MayGo, WaitingCalls } from './waiting-calls.ts';

export interface DestinationQueueOptions {
  /** Alias. */
  readonly destination: string;
  readonly limits: LearnedLimits;
  readonly writes: WriteOrder;
  /** Of the callers of all queues. */
  readonly turns: CallerTurns;
  readonly clock: Clock;
  /** The items of a call for one patient are that patient's, though they name it otherwise (REDOX_ATTRIBUTION). */
  readonly trustsLone: boolean;
  readonly onUnattributed: () => void;
  /** An HMAC of a text: what is remembered of patients is remembered by it. */
  readonly hash: (text: string) => string;
  /** A call was refused, and so were all the pieces that it was split into. */
  readonly onAllRefused: () => void;
}

export class DestinationQueue {
  readonly destination: string;
  readonly #clock: Clock;
  readonly #limits: LearnedLimits;
  /** The calls that wait for a slot. */
  readonly waiting: WaitingCalls;
  readonly inFlight: CallsInFlight;
  /** What waits here of each caller. */
  readonly shares = new WaitingShares<PendingNeed>();
  readonly #writes: WriteOrder;
  readonly #isolator: Isolator;
  readonly splitter: CallSplitter;
  readonly #trustsLone: boolean;
  /** Needs that wait until the writes that they must see have been answered. */
  readonly #held = new Set<PendingNeed>();

  constructor(options: DestinationQueueOptions) {
    const { destination, limits, writes, turns, clock, trustsLone } = options;
    this.destination = destination;
    this.#writes = writes;
    this.#clock = clock;
    this.#limits = limits;
    this.#trustsLone = trustsLone;
    this.#isolator = new Isolator(options);
    this.splitter = new CallSplitter({
      clock,
      hash: options.hash,
      onTooLong: (tooLong) => {
        limits.recordTooLong(tooLong);
        this.waiting.dissolveLongHalves();
      },
      onAllRefused: options.onAllRefused,
    });
    const { splitter, shares } = this;
    this.waiting = new WaitingCalls({ limits, splitter, shares, turns, isLone: trustsLone });
    this.inFlight = new CallsInFlight(writes, clock);
  }

  /** A need that is about to join; it is known here from now on. */
  createPending(need: Need, options: PendingNeedOptions): PendingNeed {
    const onFinish = (pending: PendingNeed) => {
      this.#held.delete(pending);
      this.waiting.recordFinished(pending);
    };
    return new PendingNeed(need, { ...options, submittedAt: this.#clock.now(), onFinish });
  }

  /** Keeps a need back until the writes that it must see have been answered; resolves to whether it may join then. */
  async hold(pending: PendingNeed, writes: Promise<boolean>): Promise<boolean> {
    this.#held.add(pending);
    this.shares.count(pending, 1);
    const mayJoin = await writes;
    if (this.#held.delete(pending)) this.shares.count(pending, -1);
    return mayJoin;
  }

  /**
   * Lets a need wait for the calls in flight that cover it, and for a slot with what they do not cover, if anything. A
   * call that was sent before a write was answered is none for what that write may concern; none is, where it is not known
   * what was written (`mayJoin`).
   */
  join(pending: PendingNeed, mayJoin: boolean): 'in-flight' | 'waiting' {
    this.#isolator.recall(pending);
    let rest: Box | null = pending.queryBox;
    for (const call of mayJoin ? this.inFlight.all : []) {
      if (rest === null) break;
      if (!call.isOpenTo(pending)) continue;
      const left: Box | null = subtractBox(rest, call.box);
      if (left === rest) continue;
      const part = intersectBoxes(rest, call.box);
      if (!this.#writes.mayJoin(part, call.sentAt)) continue;
      call.coalesce({ box: part, owner: pending });
      rest = left;
    }
    if (rest === null) return 'in-flight';
    this.#enqueue(rest, pending);
    return 'waiting';
  }

  /** The turn of the call that should go next, of those that `mayStart` lets; infinite when none may. */
  turnOfNext(mayStart: MayStart): number {
    if (!this.inFlight.slow.admits || this.waiting.isEmpty) return Number.POSITIVE_INFINITY;
    const ofPinned = this.waiting.turnOfPinned(this.#clock.now(), mayStart);
    return Math.min(ofPinned, this.waiting.turnOfPlanned(this.#mayGo(mayStart)));
  }

  /** That call, now in flight; undefined when none may. */
  startNext(mayStart: MayStart): UpstreamCall | undefined {
    if (!this.inFlight.slow.admits) return undefined;
    const now = this.#clock.now();
    const ofPinned = this.waiting.turnOfPinned(now, mayStart);
    const isPinned =
      Number.isFinite(ofPinned) && ofPinned <= this.waiting.turnOfPlanned(this.#mayGo(mayStart));
    const call =
      (isPinned ? undefined : this.#nextAffordable(mayStart)) ?? this.waiting.takePinned(now, mayStart);
    return call && this.inFlight.start(call);
  }

  /** Gives every need of the call its items. */
  *settle(call: UpstreamCall, reply: MediaReply): Work<Settled> {
    this.#enqueueAll(this.inFlight.endCounterpart(call));
    const times = call.timesAt(this.#clock);
    call.recordAnswer();
    const documents = { items: dropRepeats(reply.items), unreadable: reply.unreadable };
    const how = { trustsLone: this.#trustsLone, partOf: call.partOf() };
    // Among the needs that wait for it now: until it ends some may be gone, and none comes.
    const distribution = yield* distribute(documents, call.openNeeds, call.box, how);
    const { results, unmatched, hasStrays, open } = distribution;
    // It may have been repeated while it was distributed.
    this.#enqueueAll(this.inFlight.endCounterpart(call));
    const needs = this.#end(call, null, reply);
    this.#limits.recordReply(call.box, reply.bytes);
    this.splitter.recordSuccess(call);
    let given = 0;
    const complete: PendingNeed[] = [];
    for (const pending of needs) {
      const { items = [], settlement } = results.get(pending) ?? {};
      if (settlement === 'unattributed') this.#isolator.fail(pending, reply, false);
      if (settlement !== 'settled') continue;
      given += items.length;
      if (pending.receive(items, { times, hasStrays, files: call.keptFiles })) complete.push(pending);
    }
    const unsettled = needs.filter((pending) => results.get(pending)?.settlement === 'unsettled');
    if (unsettled.length > 0) this.#restart(this.#isolator.isolationsAfter(call, unsettled, open));
    this.#noteIdle();
    return { unmatched, given, complete };
  }

  /** A call failed: its needs go on in halves of it, wait for its retry, or fail with it. */
  goOnAfter(call: UpstreamCall, error: unknown, next: Next): void {
    const needs = this.#end(call, error, whatRedoxTold(error));
    if (next.kind === 'split') {
      const half = this.splitter.split(call, next.list, error);
      this.waiting.pinHalves(splitCall(call, next.list, half));
    } else if (next.kind === 'requeue') {
      this.waiting.requeue(call);
    } else if (next.kind === 'retry') {
      this.waiting.pin(retryCall(call, next.at));
    } else {
      if (!call.isSuperseded) this.splitter.recordFailure(call, error);
      for (const pending of needs) pending.fail(error);
    }
    this.#noteIdle();
  }

  /** True when a call fails while its counterpart is under way, which its needs wait for from then on. */
  leaveToCounterpart(call: UpstreamCall, error: unknown): boolean {
    const left = this.inFlight.leaveToCounterpart(call, error);
    if (left === null) return false;
    call.account.recordEnd(whatRedoxTold(error));
    this.#enqueueAll(left);
    return true;
  }

  #enqueueAll(parts: readonly NeedPart[]): void {
    for (const { box, owner } of parts) this.#enqueue(box, owner);
  }

  #enqueue(box: Box, owner: PendingNeed): void {
    for (const piece of this.splitter.cutOutCulprits(box)) this.waiting.add({ box: piece, owner });
  }

  /** No need may wait any more. */
  failWaiting(error: GatewayError): void {
    for (const pending of [...this.waiting.needs, ...this.#held]) pending.fail(error);
  }

  #end(
    call: UpstreamCall,
    error: unknown,
    reply: Partial<Pick<MediaReply, 'logIds' | 'traceId' | 'bytes'>> = {},
  ): PendingNeed[] {
    call.account.recordEnd(reply);
    return this.inFlight.end(call, error);
  }

  #noteIdle(): void {
    if (this.inFlight.all.length === 0 && this.waiting.isEmpty) this.#limits.recordIdle();
  }

  /** Forgets what has come so far: of a need in several calls, one that does not settle it unsettles all. */
  #restart(isolations: ReadonlyMap<PendingNeed, Isolation>, isRecalled = false): void {
    const needs = new Set(isolations.keys());
    for (const call of this.inFlight.all) call.drop(needs);
    this.waiting.drop(needs);
    for (const [pending, isolation] of isolations) {
      pending.startAnew(isolation, isRecalled);
      this.#enqueue(pending.queryBox, pending);
    }
  }

  /** Beyond its budget, a destination's replies cause no more calls: needs that it left open fail, or are tried together. */
  #nextAffordable(mayStart: MayStart): UpstreamCall | undefined {
    for (;;) {
      const call = this.waiting.takePlanned(this.#mayGo(mayStart));
      if (call === undefined) return undefined;
      const needs = [...new Set(call.parts.map(({ owner }) => owner))];
      if (this.#isolator.affords(needs, () => this.#hasOthersThan(needs))) return call;
      for (const pending of needs) if (!pending.isRecalled) this.#isolator.fail(pending, null, true);
      if (!needs.some(({ isRecalled }) => isRecalled)) continue;
      const known = [...needs, ...this.waiting.plan.flatMap(({ parts }) => parts.map(({ owner }) => owner))];
      const recalled = known.filter((one) => one.isRecalled && one.isolation === 'alone');
      const isolation = this.#isolator.isolationTogether();
      this.#restart(new Map(recalled.map((pending) => [pending, isolation])), true);
    }
  }

  /** Whether others wait, or are in flight, that may share calls with these. */
  #hasOthersThan([first]: readonly PendingNeed[]): boolean {
    const isOther = ({ parts: [one] }: UpstreamCall) => one?.owner.batchKey === first?.batchKey;
    return this.waiting.plan.some(isOther) || this.inFlight.all.some(isOther);
  }

  /**
   * Of calls longer than any that is known to pass, one at a time goes, as a probe; the others wait for what it tells, which
   * after a failure its halves do.
   */
  #mayGo(mayStart: MayStart): MayGo {
    const isProbe = ({ box, half }: UpstreamCall) => half !== null || !this.#limits.isProven(box);
    const isProbing = this.inFlight.all.some(isProbe);
    return (call) => mayStart(call) && (!isProbing || this.#limits.isProven(call.box));
  }
}

/** The ids of a call that failed. */
function whatRedoxTold(error: unknown): Partial<Pick<MediaReply, 'logIds' | 'traceId'>> {
  return (error instanceof GatewayError && error.details.redox) || {};
}
