/**
 * The plan for all that waits at a destination: which needs may share calls at all, and then, of each such group, the calls within
 * what the destination is known to take, or may. The planner merges what is in one group.
 */
import { FileRelay } from '../../redox/reply/file-relay.ts';
import { boxKey, valuesKey } from '../model/box.ts';
import type { PatientKey } from '../model/keys.ts';
import { planLimited } from '../planning/limited.ts';
import { ListIds } from '../planning/list-ids.ts';
import type { Limits, PlannedCall } from '../planning/plan.ts';
import { planCalls } from '../planning/planner.ts';
import type { CallSplitter } from '../resilience/call-splitter.ts';
import { isolationKey } from './isolation.ts';
import type { NeedPart, PendingNeed } from './pending-need.ts';
import { ReplyShares } from './reply-shares.ts';

type Group = readonly NeedPart[];

/** What is known of a destination. */
export interface GroupingOptions {
  readonly splitter: CallSplitter;
  readonly maxReplyBytes: number;
  /** No call is for several patients. */
  readonly isLone: boolean;
}

/**
 * So many of those that a destination refuses are asked alone in one plan; the others share calls with each other. Where a good part
 * of all patients is refused, a call for each would be worse than the refusals.
 */
const MAX_CULPRITS_ALONE = 8;

/** Only parts of one group share calls. */
export function groupParts(
  parts: readonly NeedPart[],
  { splitter, maxReplyBytes, isLone }: GroupingOptions,
): readonly Group[] {
  const alone = new Set<string>();
  const limits = new ListIds();
  const shares = new ReplyShares(maxReplyBytes);
  const groups = Map.groupBy(parts, (part) => {
    const limit = limitOf(part);
    const own = groupKeyOf(part.owner);
    const ofPatients = isLone ? `${valuesKey(part.box.patients)}|` : '';
    const group = limit === null ? `${ofPatients}${own}` : `${limits.of(limit)}|${own}`;
    const key = shares.keyFor(part.owner, group);
    const culprit = splitter.culpritIn(part.box);
    if (culprit === null) return key;
    if (alone.size >= MAX_CULPRITS_ALONE && !alone.has(culprit)) return `culprits|${key}`;
    alone.add(culprit);
    return `${culprit}|${key}`;
  });
  return [...groups.values()];
}

/**
 * Equal for needs that may share calls: of equal rights, equally isolated. Downloads share calls with each other, where both name
 * documents or ask the same.
 */
function groupKeyOf({ need, queryBox, batchKey, isolation, order }: PendingNeed): string {
  const key = `${batchKey.length}:${batchKey}${isolationKey(isolation, queryBox)}`;
  if (!(need.files instanceof FileRelay)) return key;
  if (!need.files.mayShare) return `relay ${order}`;
  return queryBox.documents === 'all' ? `relay of ${boxKey(queryBox)} ${key}` : `relay ${key}`;
}

/** `choices`: of limits for queries; `lengths`: those for downloads. */
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
function limitOf({ box, owner }: NeedPart): ReadonlySet<PatientKey> | null {
  return owner.isLimited && box.patients !== 'all' ? box.patients : null;
}
