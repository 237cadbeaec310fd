/** What waits at one destination to be asked in some call: planned together, and anew whenever something changes. */

import { valuesKey } from '../model/box.ts';
import { LIMITED, type Limits, type Part, type PlannedCall } from '../planning/plan.ts';
import { planCalls } from '../planning/planner.ts';
import type { LearnedLimits } from './learned-limits.ts';
import type { PendingNeed } from './pending-need.ts';

type Planned = PlannedCall<PendingNeed>;

export class Backlog {
  readonly #limits: LearnedLimits;
  readonly #keepsPatientsApart: boolean;
  /** Parts of needs that came since the last plan. */
  #fresh: Part<PendingNeed>[] = [];
  /** Calls of the last plan that found no slot yet: planned anew, together with what is fresh. */
  #planned: Planned[] = [];
  #plannedWithin = '';

  /** `keepsPatientsApart`: no call is for several patients. */
  constructor(limits: LearnedLimits, keepsPatientsApart = false) {
    this.#limits = limits;
    this.#keepsPatientsApart = keepsPatientsApart;
  }

  /** How many parts of needs. */
  get size(): number {
    return this.#planned.reduce((sum, { parts }) => sum + parts.length, this.#fresh.length);
  }

  /** All that waits, and what nobody waits for any more. */
  get parts(): readonly Part<PendingNeed>[] {
    return [...this.#planned.flatMap(({ parts }) => parts), ...this.#fresh];
  }

  /** The plan for all that waits; who waits longest first. */
  get calls(): readonly Planned[] {
    this.#replan();
    return this.#planned;
  }

  add(part: Part<PendingNeed>): void {
    part.owner.waiting += 1;
    this.#fresh.push(part);
  }

  /** The first call of the plan that may go; it waits no longer. */
  take(mayGo: (call: Planned) => boolean): Planned | undefined {
    const at = this.calls.findIndex(mayGo);
    return at < 0 ? undefined : this.#planned.splice(at, 1)[0];
  }

  /** This one is asked in another way from now on. */
  drop(pending: PendingNeed): void {
    this.#fresh = this.parts.filter(({ owner }) => owner !== pending);
    this.#planned = [];
  }

  /** Plans all that waits, when something is new, somebody has gone, or the limits are others; longest waiting first. */
  #replan(): void {
    if (this.#fresh.length + this.#planned.length === 0) return;
    const choices = this.#limits.choices;
    const within = choices.flatMap((limits) => LIMITED.map((one) => limits[one])).join();
    const isStale = this.#planned.some(({ parts }) => parts.some(({ owner }) => owner.finished));
    const isSameWithin = within === this.#plannedWithin;
    if (this.#fresh.length === 0 && !isStale && isSameWithin) return;
    const { parts } = this;
    this.#fresh = [];
    this.#plannedWithin = within;
    for (const { owner } of parts) owner.waiting -= 1;
    const alive = parts.filter(({ owner }) => !owner.finished);
    const groups = Map.groupBy(alive, (part) => this.#groupKeyOf(part));
    this.#planned = planByChoices([...groups.values()], choices);
    for (const { parts } of this.#planned) for (const { owner } of parts) owner.waiting += 1;
    this.#planned.sort((a, b) => oldestOf(a) - oldestOf(b));
  }

  /** Only parts of one group share calls. */
  #groupKeyOf({ box, owner: { groupKey } }: Part<PendingNeed>): string {
    return this.#keepsPatientsApart ? `${valuesKey(box.patients)}|${groupKey}` : groupKey;
  }
}

/** The plan within the first limits, unless longer calls, which have yet to be tried, make it fewer. */
function planByChoices(
  groups: readonly (readonly Part<PendingNeed>[])[],
  [proven, ...longer]: readonly [Limits, ...Limits[]],
) {
  const planWithin = (limits: Limits) => groups.flatMap((group) => planCalls(group, limits));
  const plan = planWithin(proven);
  if (plan.length <= groups.length) return plan;
  for (const limits of longer) {
    const bolder = planWithin(limits);
    if (bolder.length < plan.length) return bolder;
  }
  return plan;
}

function oldestOf({ parts }: Planned): number {
  return parts.reduce((oldest, { owner }) => Math.min(oldest, owner.order), Number.POSITIVE_INFINITY);
}
