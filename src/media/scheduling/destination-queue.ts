/** The queue of one destination: its needs, the calls that wait to be sent, and the calls in flight. */

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
import type { DestinationAlias } from '../model/keys.ts';
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
import { type MaySend, WaitingCalls } from './waiting-calls.ts';

export interface DestinationQueueOptions {
  /** The alias of the destination. */
  readonly destination: DestinationAlias;
  readonly limits: LearnedLimits;
  readonly writes: WriteOrder;
  /** The turns of callers, which all queues share. */
  readonly turns: CallerTurns;
  readonly clock: Clock;
  /** Whether all items of a call for one patient belong to that patient, even under another identifier (REDOX_ATTRIBUTION). */
  readonly trustsLone: boolean;
  /** Called for each need that fails because no reply shows which items are its own. */
  readonly onUnattributed: () => void;
  /** Returns an HMAC of a text. Values that concern patients are stored only as their HMACs. */
  readonly hash: (text: string) => string;
  /** Called when a call and all the pieces that it was split into were refused. */
  readonly onAllRefused: () => void;
}

export class DestinationQueue {
  readonly destination: DestinationAlias;
  readonly #clock: Clock;
  readonly #limits: LearnedLimits;
  /** The calls that wait to be sent. */
  readonly waiting: WaitingCalls;
  readonly inFlight: CallsInFlight;
  /** How many parts of needs wait here, by caller. */
  readonly shares = new WaitingShares<PendingNeed>();
  readonly #writes: WriteOrder;
  readonly #isolator: Isolator;
  readonly splitter: CallSplitter;
  readonly #trustsLone: boolean;
  /** The needs that wait for the end of writes whose effect they must see. */
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
    this.waiting = new WaitingCalls({ limits, splitter, shares, turns, isOnePatientPerCall: trustsLone });
    this.inFlight = new CallsInFlight(writes, clock);
  }

  /** Creates the pending need, which is to be passed to `join`, at once or after `hold`. */
  createPending(need: Need, options: PendingNeedOptions): PendingNeed {
    const onFinish = (pending: PendingNeed) => {
      this.#held.delete(pending);
      this.waiting.recordFinished(pending);
    };
    return new PendingNeed(need, { ...options, submittedAt: this.#clock.now(), onFinish });
  }

  /** Holds a need until the writes whose effect it must see have ended. Resolves to whether it may then join calls in flight. */
  async hold(pending: PendingNeed, writes: Promise<boolean>): Promise<boolean> {
    this.#held.add(pending);
    this.shares.count(pending, 1);
    const mayJoin = await writes;
    if (this.#held.delete(pending)) this.shares.count(pending, -1);
    return mayJoin;
  }

  /**
   * Attaches a need to the calls in flight that cover parts of it, and queues the rest. A call that was sent before a write was
   * answered must not answer what that write may have changed; when it is not known what was written (`mayJoin` is false), the
   * need joins no call.
   */
  join(pending: PendingNeed, mayJoin: boolean): 'in-flight' | 'waiting' {
    this.#isolator.recallIsolation(pending);
    let rest: Box | null = pending.queryBox;
    for (const call of mayJoin ? this.inFlight.all : []) {
      if (rest === null) break;
      if (!call.isOpenTo(pending)) continue;
      const uncovered: Box | null = subtractBox(rest, call.box);
      if (uncovered === rest) continue;
      const part = intersectBoxes(rest, call.box);
      if (!this.#writes.mayJoin(part, call.sentAt)) continue;
      call.coalesce({ box: part, owner: pending });
      rest = uncovered;
    }
    if (rest === null) return 'in-flight';
    this.#enqueue(rest, pending);
    return 'waiting';
  }

  /** Returns the turn of the call that should start next among those that `mayStart` allows; infinite when none may start. */
  turnOfNext(mayStart: MayStart): number {
    if (!this.inFlight.slow.admits || this.waiting.isEmpty) return Number.POSITIVE_INFINITY;
    const pinnedTurn = this.waiting.turnOfPinned(this.#clock.now(), mayStart);
    return Math.min(pinnedTurn, this.waiting.turnOfPlanned(this.#maySend(mayStart)));
  }

  /** Takes that call, and records it as in flight; undefined when none may start. */
  startNext(mayStart: MayStart): UpstreamCall | undefined {
    if (!this.inFlight.slow.admits) return undefined;
    const now = this.#clock.now();
    const pinnedTurn = this.waiting.turnOfPinned(now, mayStart);
    const isPinnedNext =
      Number.isFinite(pinnedTurn) && pinnedTurn <= this.waiting.turnOfPlanned(this.#maySend(mayStart));
    const call =
      (isPinnedNext ? undefined : this.#takeAffordable(mayStart)) ?? this.waiting.takePinned(now, mayStart);
    return call && this.inFlight.start(call);
  }

  /** Distributes the reply of a call among the needs that wait for it. */
  *settle(call: UpstreamCall, reply: MediaReply): Work<Settled> {
    this.#enqueueAll(this.inFlight.endCounterpart(call));
    const times = call.timesAt(this.#clock);
    call.recordAnswer();
    const documents = { items: dropRepeats(reply.items), unreadable: reply.unreadable };
    const options = { trustsLone: this.#trustsLone, partOf: call.partOf() };
    // The needs that wait now. Some may finish before the distribution ends, but no need can join an answered call.
    const distribution = yield* distribute(documents, call.openNeeds, call.box, options);
    const { results, unmatched, hasStrays, open } = distribution;
    // The call may have been repeated while its reply was distributed.
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
    if (unsettled.length > 0) this.#requery(this.#isolator.isolationsAfter(call, unsettled, open));
    this.#recordIfIdle();
    return { unmatched, given, complete };
  }

  /** Ends a call that failed. As `next` says, its halves or its retry are queued, its needs are queued again, or they fail. */
  continueAfter(call: UpstreamCall, error: unknown, next: Next): void {
    const needs = this.#end(call, error, idsOf(error));
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
    this.#recordIfIdle();
  }

  /**
   * Ends a failed call whose counterpart is in flight: its needs wait for the counterpart. Returns false without a counterpart.
   * A call that has timed out is not left to a probe, which asks for the same: the probe is ended, so that the call can be split.
   */
  leaveToCounterpart(call: UpstreamCall, error: unknown): boolean {
    const hasTimedOut = error instanceof GatewayError && error.code === 'UPSTREAM_TIMEOUT';
    if (hasTimedOut && call.counterpart?.isProbe) this.#enqueueAll(this.inFlight.endCounterpart(call));
    const uncovered = this.inFlight.leaveToCounterpart(call, error);
    if (uncovered === null) return false;
    call.account.recordEnd(idsOf(error));
    this.#enqueueAll(uncovered);
    return true;
  }

  #enqueueAll(parts: readonly NeedPart[]): void {
    for (const { box, owner } of parts) this.#enqueue(box, owner);
  }

  #enqueue(box: Box, owner: PendingNeed): void {
    for (const piece of this.splitter.cutOutCulprits(box)) this.waiting.add({ box: piece, owner });
  }

  /** Fails all needs that wait here, with parts queued or held for writes. */
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

  #recordIfIdle(): void {
    if (this.inFlight.all.length === 0 && this.waiting.isEmpty) this.#limits.recordIdle();
  }

  /**
   * Queries these needs again from the start, isolated as given. Items received from other calls are dropped, since a need in
   * several calls is settled only by all of them together.
   */
  #requery(isolations: ReadonlyMap<PendingNeed, Isolation>, isIsolatedInAdvance = false): void {
    const needs = new Set(isolations.keys());
    for (const call of this.inFlight.all) call.drop(needs);
    this.waiting.drop(needs);
    for (const [pending, isolation] of isolations) {
      pending.restart(isolation, isIsolatedInAdvance);
      this.#enqueue(pending.queryBox, pending);
    }
  }

  /**
   * Takes the next planned call that the budget for isolation allows. Without budget, the needs of a call that a reply left open
   * fail; needs that were isolated in advance (`isIsolatedInAdvance`) are queried together instead.
   */
  #takeAffordable(mayStart: MayStart): UpstreamCall | undefined {
    for (;;) {
      const call = this.waiting.takePlanned(this.#maySend(mayStart));
      if (call === undefined) return undefined;
      const needs = [...new Set(call.parts.map(({ owner }) => owner))];
      if (this.#isolator.takeBudgetFor(needs, () => this.#hasOthersToMergeWith(needs))) return call;
      for (const pending of needs) if (!pending.isIsolatedInAdvance) this.#isolator.fail(pending, null, true);
      if (!needs.some(({ isIsolatedInAdvance }) => isIsolatedInAdvance)) continue;
      const queued = [...needs, ...this.waiting.plan.flatMap(({ parts }) => parts.map(({ owner }) => owner))];
      const recalled = queued.filter(
        (pending) => pending.isIsolatedInAdvance && pending.isolation === 'alone',
      );
      const isolation = this.#isolator.createGroup();
      this.#requery(new Map(recalled.map((pending) => [pending, isolation])), true);
    }
  }

  /** Whether a call waits or is in flight whose needs have the same batch key as these. */
  #hasOthersToMergeWith([first]: readonly PendingNeed[]): boolean {
    const hasSameKey = ({ parts: [part] }: UpstreamCall) => part?.owner.batchKey === first?.batchKey;
    return this.waiting.plan.some(hasSameKey) || this.inFlight.all.some(hasSameKey);
  }

  /**
   * Allows one call at a time that is longer than any known to pass, as a probe. The other long calls wait for its result, or for
   * the results of its halves when it fails.
   */
  #maySend(mayStart: MayStart): MaySend {
    const isProbe = ({ box, half }: UpstreamCall) => half !== null || !this.#limits.isProven(box);
    const isProbing = this.inFlight.all.some(isProbe);
    return (call) => mayStart(call) && (!isProbing || this.#limits.isProven(call.box));
  }
}

/** Returns the ids that Redox gave to a call that failed. */
function idsOf(error: unknown): Partial<Pick<MediaReply, 'logIds' | 'traceId'>> {
  return (error instanceof GatewayError && error.details.redox) || {};
}
