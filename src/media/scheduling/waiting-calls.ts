/**
 * The calls of one destination that wait to be sent. Planned calls are dissolved whenever the waiting needs or the limits change,
 * and all unpinned parts are planned again together. Halves and retries are pinned: they are kept as they are, and start first
 * within a turn.
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

/** Whether a call may be sent now. */
export type MaySend = (call: UpstreamCall) => boolean;

export interface WaitingCallsOptions {
  readonly limits: LearnedLimits;
  readonly splitter: CallSplitter;
  /** Counts the parts that wait here. */
  readonly shares: WaitingShares<PendingNeed>;
  readonly turns: CallerTurns;
  /** Whether no call may be for several patients. */
  readonly isOnePatientPerCall: boolean;
}

export class WaitingCalls {
  readonly #limits: LearnedLimits;
  readonly #grouping: GroupingOptions;
  /** Halves, retries and requeued halves or retries, in the order in which they start. */
  #pinned: UpstreamCall[] = [];
  /** Parts of needs that are not in the last plan. */
  #unplanned: NeedPart[] = [];
  /** The calls of the last plan. Callers take turns, and among the calls of one caller those with the oldest needs come first. */
  #planned: UpstreamCall[] = [];
  readonly #turns: CallerTurns;
  /** How many calls all queues had sent when the planned calls were last ordered. */
  #callsWhenOrdered = 0;
  #hasSeveralCallers = false;
  /** The limits that the last plan was made with. */
  #plannedLimits = '';
  readonly #shares: WaitingShares<PendingNeed>;
  /** Whether a need has finished while parts of it wait here. */
  #hasFinishedNeeds = false;

  constructor({ limits, splitter, shares, turns, isOnePatientPerCall }: WaitingCallsOptions) {
    this.#limits = limits;
    this.#grouping = { splitter, maxReplyBytes: limits.maxReplyBytes, isOnePatientPerCall };
    this.#shares = shares;
    this.#turns = turns;
  }

  get isEmpty(): boolean {
    return this.#pinned.length + this.#planned.length + this.#unplanned.length === 0;
  }

  /** All waiting calls: the pinned ones first, then the planned ones. */
  get calls(): readonly UpstreamCall[] {
    this.#refresh();
    return [...this.#pinned, ...this.#planned];
  }

  /** The planned calls, for all parts that are not in a pinned call. */
  get plan(): readonly UpstreamCall[] {
    this.#refresh();
    return this.#planned;
  }

  /** The needs that have parts here, including finished ones. */
  get needs(): ReadonlySet<PendingNeed> {
    const parts = [...this.#pinned.flatMap((call) => call.parts), ...this.#unpinnedParts];
    return new Set(parts.map(({ owner }) => owner));
  }

  get #unpinnedParts(): readonly NeedPart[] {
    return [...this.#planned.flatMap((call) => call.parts), ...this.#unplanned];
  }

  add(part: NeedPart): void {
    this.#countPart(part, 1);
    this.#unplanned.push(part);
  }

  pin(call: UpstreamCall): void {
    for (const part of call.parts) this.#countPart(part, 1);
    this.#pinned.push(call);
  }

  /** Queues a call again that Redox did not accept (429). A planned call is dissolved, a half or a retry is pinned. */
  requeue(call: UpstreamCall): void {
    if (call.isFromPlan) for (const part of call.openParts) this.add(part);
    else this.pin(requeueCall(call));
  }

  /** Pins halves before all other pinned calls, so that the pieces of one call are finished before another pinned call starts. */
  pinHalves(halves: readonly UpstreamCall[]): void {
    for (const { parts } of halves) for (const part of parts) this.#countPart(part, 1);
    this.#pinned.unshift(...halves);
  }

  /** Dissolves the pinned halves that are longer than any length known to pass; their parts are planned again. */
  dissolveLongHalves(): void {
    const isLong = ({ half, box }: UpstreamCall) => half !== null && !this.#limits.isProven(box);
    const long = this.#pinned.filter(isLong);
    if (long.length === 0) return;
    this.#pinned = this.#pinned.filter((call) => !isLong(call));
    this.#unplanned.push(...long.flatMap(({ parts }) => parts));
    for (const { half } of long) half?.abandon();
  }

  /** Records that a need which may have parts here has finished. */
  recordFinished(need: PendingNeed): void {
    if (this.#shares.recordFinished(need)) this.#hasFinishedNeeds = true;
  }

  /** Returns the turn of the next pinned call that may be sent now; infinite when none may. */
  turnOfPinned(now: number, maySend: MaySend): number {
    const call = this.#nextPinned(now, maySend);
    return call === undefined ? Number.POSITIVE_INFINITY : this.#turns.turnOf(call);
  }

  /** Returns the turn of the next planned call that may be sent now; infinite when none may. */
  turnOfPlanned(maySend: MaySend): number {
    this.#refresh();
    const call = this.#planned.find(maySend);
    return call === undefined ? Number.POSITIVE_INFINITY : this.#turns.turnOf(call);
  }

  /** Removes and returns the next pinned call that may be sent now. */
  takePinned(now: number, maySend: MaySend): UpstreamCall | undefined {
    const call = this.#nextPinned(now, maySend);
    if (call !== undefined) this.#takeFrom(this.#pinned, (pinned) => pinned === call);
    return call;
  }

  /** Removes and returns the next planned call that may be sent now. */
  takePlanned(maySend: MaySend): UpstreamCall | undefined {
    this.#refresh();
    // The call is about to be sent, which the order of the planned calls accounts for already.
    if (this.#callsWhenOrdered === this.#turns.calls) this.#callsWhenOrdered += 1;
    return this.#takeFrom(this.#planned, maySend);
  }

  /** Returns the earliest time after `now` at which a pinned call becomes due; infinite when there is none. */
  nextDueAfter(now: number): number {
    const dueTime = ({ notBefore }: UpstreamCall) => (notBefore > now ? notBefore : Number.POSITIVE_INFINITY);
    return this.#pinned.reduce((next, call) => Math.min(next, dueTime(call)), Number.POSITIVE_INFINITY);
  }

  /** Removes all parts of these needs, which are going to be queried in other calls. */
  drop(needs: ReadonlySet<PendingNeed>): void {
    const isDropped = ({ owner }: NeedPart) => needs.has(owner);
    const unpinned = this.#unpinnedParts;
    const dropped = [...this.#pinned.flatMap(({ parts }) => parts), ...unpinned].filter(isDropped);
    for (const part of dropped) this.#countPart(part, -1);
    for (const call of this.#pinned) call.drop(needs);
    this.#unplanned = unpinned.filter((part) => !isDropped(part));
    this.#planned = [];
    // Pinned calls may have no needs left, and are removed like those whose needs have finished.
    this.#hasFinishedNeeds = true;
  }

  #countPart({ owner }: NeedPart, change: 1 | -1): void {
    this.#shares.count(owner, change);
  }

  /** Returns the pinned call with the lowest turn among those that may be sent now; of equal turns, the first in the list. */
  #nextPinned(now: number, maySend: MaySend): UpstreamCall | undefined {
    this.#dropFinished();
    let next: UpstreamCall | undefined;
    for (const call of this.#pinned) {
      if (call.notBefore > now || !(call.half?.admits ?? true) || !maySend(call)) continue;
      if (next === undefined || this.#turns.turnOf(call) < this.#turns.turnOf(next)) next = call;
    }
    return next;
  }

  #takeFrom(calls: UpstreamCall[], maySend: MaySend): UpstreamCall | undefined {
    const at = calls.findIndex(maySend);
    if (at < 0) return undefined;
    const [call] = calls.splice(at, 1);
    for (const part of call?.parts ?? []) this.#countPart(part, -1);
    return call;
  }

  /** Makes a new plan when parts were added, needs have finished, or the limits have changed. */
  #refresh(): void {
    this.#dropFinished();
    if (this.#unplanned.length + this.#planned.length === 0) return;
    const choices = this.#limits.choices;
    const { downloadLimits } = this.#limits;
    const current = [downloadLimits, ...choices]
      .flatMap((limits) => LIMITED.map((name) => limits[name]))
      .join();
    if (this.#unplanned.length === 0 && current === this.#plannedLimits) {
      this.#reorder();
      return;
    }
    this.#plannedLimits = current;
    const parts = this.#unpinnedParts;
    this.#unplanned = [];
    const calls = planGroups(groupParts(parts, this.#grouping), choices, downloadLimits).map(
      (planned) => new UpstreamCall(planned),
    );
    this.#planned = this.#turns.order(calls.sort((a, b) => a.seniority - b.seniority));
    this.#callsWhenOrdered = this.#turns.calls;
    this.#hasSeveralCallers = haveSeveralCallers(calls);
    // The parts of the new plan are counted before those of the old one are removed, so that no need stops waiting in between.
    for (const call of this.#planned) for (const part of call.parts) this.#countPart(part, 1);
    for (const part of parts) this.#countPart(part, -1);
  }

  /** Orders the planned calls again when calls were sent since, perhaps of the same callers by another queue. */
  #reorder(): void {
    if (!this.#hasSeveralCallers || this.#callsWhenOrdered === this.#turns.calls) return;
    this.#planned = this.#turns.order(this.#planned);
    this.#callsWhenOrdered = this.#turns.calls;
  }

  /** Removes pinned calls and parts of which all needs have finished. Planned calls with a finished need are dissolved. */
  #dropFinished(): void {
    if (!this.#hasFinishedNeeds) return;
    this.#hasFinishedNeeds = false;
    const hasOpenNeeds = ({ lastDeadline }: UpstreamCall) => lastDeadline !== null;
    for (const { half } of this.#pinned.filter((call) => !hasOpenNeeds(call))) half?.abandon();
    this.#pinned = this.#pinned.filter(hasOpenNeeds);
    const isOpen = ({ owner }: NeedPart) => !owner.finished;
    this.#unplanned = this.#unplanned.filter(isOpen);
    // A planned call without open needs is removed alone: when thousands of needs fail one by one, the rest is not planned again
    // each time.
    this.#planned = this.#planned.filter(hasOpenNeeds);
    if (this.#planned.every((call) => call.parts.every(isOpen))) return;
    this.#unplanned = this.#unpinnedParts.filter(isOpen);
    this.#planned = [];
  }
}

function haveSeveralCallers(calls: readonly UpstreamCall[]): boolean {
  const callers = new Set<string>();
  return calls.some((call) => {
    for (const caller of call.callers.keys()) callers.add(caller);
    return callers.size > 1;
  });
}
