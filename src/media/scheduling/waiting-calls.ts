/**
 * The calls of one destination that wait to be sent. Those from the plan dissolve whenever something changes, and all that
 * waits is planned anew together; halves and retries are pinned: they stay as they are, and go first.
 */

import { valuesKey } from '../model/box.ts';
import type { PatientKey } from '../model/keys.ts';
import { planLimited } from '../planning/limited.ts';
import { ListIds } from '../planning/merge.ts';
import { LIMITED, type Limits, type Part, type PlannedCall } from '../planning/plan.ts';
import { planCalls } from '../planning/planner.ts';
import { CallerTurns } from './caller-turns.ts';
import type { Culprits } from './culprits.ts';
import type { LearnedLimits } from './learned-limits.ts';
import type { PendingNeed } from './pending-need.ts';
import { ReplyShares } from './reply-shares.ts';
import { UpstreamCall } from './upstream-call.ts';
import type { WaitingShares } from './waiting-shares.ts';

type NeedPart = Part<PendingNeed>;

/**
 * So many of those that a destination refuses are asked alone in one plan; the others share calls with each other. Where a good part
 * of all patients is refused, a call for each would be worse than the refusals.
 */
const MAX_CULPRITS_ALONE = 8;

export interface WaitingCallsOptions {
  readonly limits: LearnedLimits;
  readonly culprits: Culprits;
  /** Where the parts that wait here are counted. */
  readonly shares: WaitingShares<PendingNeed>;
  /** No call is for several patients. */
  readonly isLone: boolean;
}

export class WaitingCalls {
  readonly #limits: LearnedLimits;
  readonly #culprits: Culprits;
  readonly #isLone: boolean;
  /** Halves and retries, in the order in which they came. */
  #pinned: UpstreamCall[] = [];
  /** Parts of needs that came since the last plan. */
  #fresh: NeedPart[] = [];
  /** Calls of the last plan: their callers take turns, and of each the longest waiting needs go first. */
  #planned: UpstreamCall[] = [];
  readonly #turns = new CallerTurns();
  /** The limits of the last plan. */
  #plannedWithin = '';
  readonly #shares: WaitingShares<PendingNeed>;
  /** A need finished while parts of it waited. */
  #isStale = false;

  constructor({ limits, culprits, shares, isLone }: WaitingCallsOptions) {
    this.#limits = limits;
    this.#culprits = culprits;
    this.#shares = shares;
    this.#isLone = isLone;
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
    else this.pin(call.again());
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

  /** The first pinned call that may go now; it waits no longer. */
  takePinned(now: number): UpstreamCall | undefined {
    this.#dropUnwanted();
    return this.#takeFrom(this.#pinned, ({ notBefore, half }) => notBefore <= now && (half?.admits ?? true));
  }

  /** The first call of the plan that may go; it waits no longer. */
  takePlanned(mayGo: (call: UpstreamCall) => boolean): UpstreamCall | undefined {
    this.#refresh();
    const call = this.#takeFrom(this.#planned, mayGo);
    if (call !== undefined) this.#turns.record(call);
    return call;
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

  #takeFrom(calls: UpstreamCall[], mayGo: (call: UpstreamCall) => boolean): UpstreamCall | undefined {
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
    if (this.#fresh.length === 0 && within === this.#plannedWithin) return;
    this.#plannedWithin = within;
    const parts = this.#unpinnedParts;
    this.#fresh = [];
    const groups = this.#groupsOf(parts);
    const downloads = groups.filter(isOfDownloads);
    const others = downloads.length === 0 ? groups : groups.filter((group) => !isOfDownloads(group));
    const plan = [
      ...planByChoices(others, choices),
      ...downloads.flatMap((group) => planGroup(group, lengths)),
    ];
    this.#planned = this.#turns.order(plan.map((planned) => new UpstreamCall(planned)));
    // The old ones last: what waits does not cease to wait meanwhile.
    for (const call of this.#planned) for (const part of call.parts) this.#count(part, 1);
    for (const part of parts) this.#count(part, -1);
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

  /** Only parts of one group share calls. */
  #groupsOf(parts: readonly NeedPart[]): readonly (readonly NeedPart[])[] {
    const alone = new Set<string>();
    const limits = new ListIds();
    const shares = new ReplyShares(this.#limits.maxReplyBytes);
    const groups = Map.groupBy(parts, (part) => {
      const limit = limitOf(part);
      const group = limit === null ? this.#groupKeyOf(part) : `${limits.of(limit)}|${part.owner.groupKey}`;
      const key = shares.keyFor(part.owner, group);
      const culprit = this.#culprits.culpritIn(part.box);
      if (culprit === null) return key;
      if (alone.size >= MAX_CULPRITS_ALONE && !alone.has(culprit)) return `culprits|${key}`;
      alone.add(culprit);
      return `${culprit}|${key}`;
    });
    return [...groups.values()];
  }

  #groupKeyOf({ box, owner: { groupKey } }: NeedPart): string {
    return this.#isLone ? `${valuesKey(box.patients)}|${groupKey}` : groupKey;
  }
}

function isOfDownloads([first]: readonly NeedPart[]): boolean {
  return first?.owner.isRelay ?? false;
}

/** The plan within the first limits, unless longer calls, which have yet to be tried, make it fewer. */
function planByChoices(
  groups: readonly (readonly NeedPart[])[],
  [proven, ...longer]: readonly [Limits, ...Limits[]],
): readonly PlannedCall<PendingNeed>[] {
  const planWithin = (limits: Limits) => groups.flatMap((group) => planGroup(group, limits));
  const plan = planWithin(proven);
  if (plan.length <= groups.length) return plan;
  for (const limits of longer) {
    const bolder = planWithin(limits);
    if (bolder.length < plan.length) return bolder;
  }
  return plan;
}

function planGroup(group: readonly NeedPart[], limits: Limits): readonly PlannedCall<PendingNeed>[] {
  const [first] = group;
  const limit = first ? limitOf(first) : null;
  return limit === null ? planCalls(group, limits) : planLimited(group, limit, limits);
}

/** The patients of a part whose need names none, but its caller's rights. */
function limitOf({ box, owner }: NeedPart): ReadonlySet<PatientKey> | null {
  return owner.isLimited && box.patients !== 'all' ? box.patients : null;
}
