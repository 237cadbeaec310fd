/** The plan for all that waits at a destination, within what it is known to take, or may. */
import type { PatientKey } from '../model/keys.ts';
import { planLimited } from '../planning/limited.ts';
import type { Limits, Part, PlannedCall } from '../planning/plan.ts';
import { planCalls } from '../planning/planner.ts';
import type { PendingNeed } from './pending-need.ts';

type Group = readonly Part<PendingNeed>[];

/** Only parts of one group share calls. `choices`: of limits for queries; `lengths`: those for downloads. */
export function planGroups(
  groups: readonly Group[],
  choices: readonly [Limits, ...Limits[]],
  lengths: Limits,
): readonly PlannedCall<PendingNeed>[] {
  const downloads = groups.filter(isOfDownloads);
  const others = downloads.length === 0 ? groups : groups.filter((group) => !isOfDownloads(group));
  return [...planByChoices(others, choices), ...downloads.flatMap((group) => planGroup(group, lengths))];
}

function isOfDownloads([first]: Group): boolean {
  return first?.owner.isRelay ?? false;
}

/** The plan within the first limits, unless longer calls, which have yet to be tried, make it fewer. */
function planByChoices(
  groups: readonly Group[],
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

function planGroup(group: Group, limits: Limits): readonly PlannedCall<PendingNeed>[] {
  const [first] = group;
  const limit = first ? limitOf(first) : null;
  return limit === null ? planCalls(group, limits) : planLimited(group, limit, limits);
}

/** The patients of a part whose need names none, but its caller's rights. */
export function limitOf({ box, owner }: Part<PendingNeed>): ReadonlySet<PatientKey> | null {
  return owner.isLimited && box.patients !== 'all' ? box.patients : null;
}
