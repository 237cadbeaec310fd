/**
 * The calls of one destination that wait to be sent. Those from the plan dissolve whenever something changes, and all that
 * waits is planned anew together; halves and retries are pinned: they stay as they are, and go first in a turn of callers.
 */

import type { CallerTurns } from '../fairness/caller-turns.ts';
import type { WaitingShares } from '../fairness/waiting-shares.ts';
import { LIMITED } from '../planning/plan.ts';
import type { CallSplitter } from '../resilience/call-splitter.ts';
import type { LearnedLimits } from '../resilience/learned-limits.ts';
import { requeueCall } from './further-calls.ts';
import type { NeedPart, PendingNeed } from './pending-need.ts';
import { type GroupingOptions, groupParts, planGroups } from './plan-groups.ts';
import { UpstreamCall } from './upstream-call.ts';

/** Whether a call may go now. */
export type MayGo = (call: UpstreamCall) => boolean;

export interface WaitingCallsOptions {
  readonly limits: LearnedLimits;
  readonly splitter: CallSplitter;
  /** Where the parts that wait here are counted. */
  readonly shares: WaitingShares<PendingNeed>;
  readonly turns: CallerTurns;
  /** No call is for several patients. */
  readonly isLone: boolean;
}

export class WaitingCalls {
  readonly #limits: LearnedLimits;
  readonly #grouping: GroupingOptions;
  /** Halves and retries, in the order in which they came. */
  #pinned: UpstreamCall[] = [];
  /** Parts of needs that came since the last plan. */
  #fresh: NeedPart[] = [];
  /** Calls of the last plan: their callers take turns, and of each the longest waiting needs go first. */
  #planned: UpstreamCall[] = [];
  readonly #turns: CallerTurns;
  /** How many calls had been sent, of all queues, when the plan's calls were ordered last. */
  #orderedAt = 0;
  #hasSeveralCallers = false;
  /** The limits of the last plan. */
  #plannedWithin = '';
  readonly #shares: WaitingShares<PendingNeed>;
  /** A need finished while parts of it waited. */
  #isStale = false;

  constructor({ limits, splitter, shares, turns, isLone }: WaitingCallsOptions) {
    this.#limits = limits;
    this.#grouping = { splitter, maxReplyBytes: limits.maxReplyBytes, isLone };
    this.#shares = shares;
    this.#turns = turns;
  }

  get isEmpty(): boolean {
    return this.#pinned.length + this.#planned.length + this.#fresh.length === 0;
  }

  /** Pinned ones first, then the plan for all else that waits. */
  get calls(): readonly UpstreamCall[] {
    this.#refresh();
    return [...this.#pinned, ...this.#planned];
  }

  /** The plan for all that is not pinned. */
  get plan(): readonly UpstreamCall[] {
    this.#refresh();
    return this.#planned;
  }

  /** The needs of all parts that wait, finished ones among them. */
  get needs(): ReadonlySet<PendingNeed> {
    const parts = [...this.#pinned.flatMap((call) => call.parts), ...this.#unpinnedParts];
    return new Set(parts.map(({ owner }) => owner));
  }

  get #unpinnedParts(): readonly NeedPart[] {
    return [...this.#planned.flatMap((call) => call.parts), ...this.#fresh];
  }

  add(part: NeedPart): void {
    this.#count(part, 1);
    this.#fresh.push(part);
  }

  pin(call: UpstreamCall): void {
    for (const part of call.parts) this.#count(part, 1);
    this.#pinned.push(call);
  }

  /** A call that was not taken waits once more. */
  requeue(call: UpstreamCall): void {
    if (call.isFromPlan) for (const part of call.openParts) this.add(part);
    else this.pin(requeueCall(call));
  }

  /** Halves go before what is pinned already: what one call is split into is finished before the next is begun. */
  pinHalves(halves: readonly UpstreamCall[]): void {
    for (const { parts } of halves) for (const part of parts) this.#count(part, 1);
    this.#pinned.unshift(...halves);
  }

  /** Halves that are longer than what is known to pass by now are planned anew, within that. */
  dissolveLongHalves(): void {
    const isLong = ({ half, box }: UpstreamCall) => half !== null && !this.#limits.isProven(box);
    const long = this.#pinned.filter(isLong);
    if (long.length === 0) return;
    this.#pinned = this.#pinned.filter((call) => !isLong(call));
    this.#fresh.push(...long.flatMap(({ parts }) => parts));
    for (const { half } of long) half?.abandon();
  }

  /** A need that may have parts here has finished. */
  recordFinished(need: PendingNeed): void {
    if (this.#shares.recordFinished(need)) this.#isStale = true;
  }

  /** The turn of the pinned call that goes next, if one may go now; infinite when none may. */
  turnOfPinned(now: number, mayGo: MayGo): number {
    const call = this.#nextPinned(now, mayGo);
    return call === undefined ? Number.POSITIVE_INFINITY : this.#turns.turnOf(call);
  }

  /** As `turnOfPinned`, of the plan. */
  turnOfPlanned(mayGo: MayGo): number {
    this.#refresh();
    const call = this.#planned.find(mayGo);
    return call === undefined ? Number.POSITIVE_INFINITY : this.#turns.turnOf(call);
  }

  /** The pinned call that goes next; it waits no longer. */
  takePinned(now: number, mayGo: MayGo): UpstreamCall | undefined {
    const call = this.#nextPinned(now, mayGo);
    if (call !== undefined) this.#takeFrom(this.#pinned, (one) => one === call);
    return call;
  }

  /** The first call of the plan that may go; it waits no longer. */
  takePlanned(mayGo: MayGo): UpstreamCall | undefined {
    this.#refresh();
    // It is about to be sent, which the order of the others has taken into account.
    if (this.#orderedAt === this.#turns.calls) this.#orderedAt += 1;
    return this.#takeFrom(this.#planned, mayGo);
  }

  /** When the next pinned call may go whose time comes after `now`; infinite when there is none. */
  nextDueAfter(now: number): number {
    const due = ({ notBefore }: UpstreamCall) => (notBefore > now ? notBefore : Number.POSITIVE_INFINITY);
    return this.#pinned.reduce((next, call) => Math.min(next, due(call)), Number.POSITIVE_INFINITY);
  }

  /** These needs are asked in another way from now on. */
  drop(needs: ReadonlySet<PendingNeed>): void {
    const isDropped = ({ owner }: NeedPart) => needs.has(owner);
    const unpinned = this.#unpinnedParts;
    const dropped = [...this.#pinned.flatMap(({ parts }) => parts), ...unpinned].filter(isDropped);
    for (const part of dropped) this.#count(part, -1);
    for (const call of this.#pinned) call.drop(needs);
    this.#fresh = unpinned.filter((part) => !isDropped(part));
    this.#planned = [];
    // A pinned call may be left without a need.
    this.#isStale = true;
  }

  #count({ owner }: NeedPart, change: 1 | -1): void {
    this.#shares.count(owner, change);
  }

  /** Of those that are due the one whose turn comes first; in one turn the first of the list. */
  #nextPinned(now: number, mayGo: MayGo): UpstreamCall | undefined {
    this.#dropUnwanted();
    let next: UpstreamCall | undefined;
    for (const call of this.#pinned) {
      if (call.notBefore > now || !(call.half?.admits ?? true) || !mayGo(call)) continue;
      if (next === undefined || this.#turns.turnOf(call) < this.#turns.turnOf(next)) next = call;
    }
    return next;
  }

  #takeFrom(calls: UpstreamCall[], mayGo: MayGo): UpstreamCall | undefined {
    const at = calls.findIndex(mayGo);
    if (at < 0) return undefined;
    const [call] = calls.splice(at, 1);
    for (const part of call?.parts ?? []) this.#count(part, -1);
    return call;
  }

  /** Plans anew when something came or has gone, or when the limits are others. */
  #refresh(): void {
    this.#dropUnwanted();
    if (this.#fresh.length + this.#planned.length === 0) return;
    const choices = this.#limits.choices;
    const { lengths } = this.#limits;
    const within = [lengths, ...choices].flatMap((limits) => LIMITED.map((one) => limits[one])).join();
    if (this.#fresh.length === 0 && within === this.#plannedWithin) {
      this.#reorder();
      return;
    }
    this.#plannedWithin = within;
    const parts = this.#unpinnedParts;
    this.#fresh = [];
    const calls = planGroups(groupParts(parts, this.#grouping), choices, lengths).map(
      (planned) => new UpstreamCall(planned),
    );
    this.#planned = this.#turns.order(calls.sort((a, b) => a.seniority - b.seniority));
    this.#orderedAt = this.#turns.calls;
    this.#hasSeveralCallers = areOfSeveral(calls);
    // The old ones last: what waits does not cease to wait meanwhile.
    for (const call of this.#planned) for (const part of call.parts) this.#count(part, 1);
    for (const part of parts) this.#count(part, -1);
  }

  /** Calls of the same callers have been sent elsewhere. */
  #reorder(): void {
    if (!this.#hasSeveralCallers || this.#orderedAt === this.#turns.calls) return;
    this.#planned = this.#turns.order(this.#planned);
    this.#orderedAt = this.#turns.calls;
  }

  /** Forgets what no operation waits for any more. The plan is made anew if it held any of it. */
  #dropUnwanted(): void {
    if (!this.#isStale) return;
    this.#isStale = false;
    const isWanted = ({ lastDeadline }: UpstreamCall) => lastDeadline !== null;
    for (const { half } of this.#pinned.filter((call) => !isWanted(call))) half?.abandon();
    this.#pinned = this.#pinned.filter(isWanted);
    const isOpen = ({ owner }: NeedPart) => !owner.finished;
    this.#fresh = this.#fresh.filter(isOpen);
    // A call of which nothing is left goes by itself: of thousands that fail one by one, the others are not planned again.
    this.#planned = this.#planned.filter(isWanted);
    if (this.#planned.every((call) => call.parts.every(isOpen))) return;
    this.#fresh = this.#unpinnedParts.filter(isOpen);
    this.#planned = [];
  }
}

function areOfSeveral(calls: readonly UpstreamCall[]): boolean {
  const callers = new Set<string>();
  return calls.some((call) => {
    for (const caller of call.callers.keys()) callers.add(caller);
    return callers.size > 1;
  });
}
