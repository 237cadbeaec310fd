/** What waits at one destination to be asked in some call: planned together, and anew whenever something changes. */

import { valuesKey } from '../model/box.ts';
import { LIMITED, type Limits, type PlannedCall, type Wanted } from '../planning/plan.ts';
import { planCalls } from '../planning/planner.ts';
import type { Ask } from './ask.ts';
import type { LearnedLimits } from './learned-limits.ts';

type Planned = PlannedCall<Ask>;

export class Backlog {
  readonly #limits: LearnedLimits;
  readonly #keepsPatientsApart: boolean;
  /** Parts of needs that came since the last plan. */
  #fresh: Wanted<Ask>[] = [];
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
    return this.#planned.reduce((sum, { wanted }) => sum + wanted.length, this.#fresh.length);
  }

  /** All that waits, and what nobody waits for any more. */
  get parts(): readonly Wanted<Ask>[] {
    return [...this.#planned.flatMap(({ wanted }) => wanted), ...this.#fresh];
  }

  /** The plan for all that waits; who waits longest first. */
  get calls(): readonly Planned[] {
    this.#replan();
    return this.#planned;
  }

  add(part: Wanted<Ask>): void {
    part.owner.waiting += 1;
    this.#fresh.push(part);
  }

  /** The first call of the plan that may go; it waits no longer. */
  take(mayGo: (call: Planned) => boolean): Planned | undefined {
    const at = this.calls.findIndex(mayGo);
    return at < 0 ? undefined : this.#planned.splice(at, 1)[0];
  }

  /** This one is asked in another way from now on. */
  drop(ask: Ask): void {
    this.#fresh = this.parts.filter(({ owner }) => owner !== ask);
    this.#planned = [];
  }

  /** Plans all that waits, when something is new, somebody has gone, or the limits are others; longest waiting first. */
  #replan(): void {
    if (this.#fresh.length + this.#planned.length === 0) return;
    const choices = this.#limits.choices;
    const within = choices.flatMap((limits) => LIMITED.map((one) => limits[one])).join();
    const isStale = this.#planned.some(({ wanted }) => wanted.some(({ owner }) => owner.finished));
    const isSameWithin = within === this.#plannedWithin;
    if (this.#fresh.length === 0 && !isStale && isSameWithin) return;
    const { parts } = this;
    this.#fresh = [];
    this.#plannedWithin = within;
    for (const { owner } of parts) owner.waiting -= 1;
    const alive = parts.filter(({ owner }) => !owner.finished);
    const groups = Map.groupBy(alive, (part) => this.#companyOf(part));
    this.#planned = planByChoices([...groups.values()], choices);
    for (const { wanted } of this.#planned) for (const { owner } of wanted) owner.waiting += 1;
    this.#planned.sort((a, b) => oldestOf(a) - oldestOf(b));
  }

  /** Only parts of one company share calls. */
  #companyOf({ box, owner: { company } }: Wanted<Ask>): string {
    return this.#keepsPatientsApart ? `${valuesKey(box.patients)}|${company}` : company;
  }
}

/** The plan within the first limits, unless longer calls, which have yet to be tried, make it fewer. */
function planByChoices(
  groups: readonly (readonly Wanted<Ask>[])[],
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

function oldestOf({ wanted }: Planned): number {
  return wanted.reduce((oldest, { owner }) => Math.min(oldest, owner.order), Number.POSITIVE_INFINITY);
}
