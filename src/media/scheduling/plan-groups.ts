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

/** Of the largest message. The rest is for what is told of the files, and for other versions of their documents. */
const SHARE_OF_BYTES = 0.5;

/** A file is written in base64, 4 characters for 3 bytes. */
const WRITTEN_BYTES = 4 / 3;

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

/** The calls of one group of downloads. */
interface DownloadCalls {
  /** The one that is not full yet, and how much of it is. */
  last: number;
  bytes: number;
  /** Which call asks for a box: several may download the same file. */
  readonly byBox: Map<string, number>;
}

/** Which downloads share a call, of one plan: as many as are sure to fit one reply, since the length of each file is known beforehand. */
class ReplyShares {
  readonly #maxBytes: number;
  readonly #groups = new Map<string, DownloadCalls>();

  constructor(maxReplyBytes: number) {
    this.#maxBytes = maxReplyBytes * SHARE_OF_BYTES;
  }

  /** The key of those with which a need of this group shares a call. */
  keyFor({ need: { files }, queryBox }: PendingNeed, group: string): string {
    if (!(files instanceof FileRelay) || !files.mayShare) return group;
    const bytes = files.known.byteLength * WRITTEN_BYTES;
    return `${this.#callFor(group, boxKey(queryBox), bytes)} ${group}`;
  }

  #callFor(group: string, box: string, bytes: number): number {
    const calls = this.#groups.get(group) ?? { last: 0, bytes: 0, byBox: new Map() };
    this.#groups.set(group, calls);
    const known = calls.byBox.get(box);
    if (known !== undefined) return known;
    if (calls.bytes > 0 && calls.bytes + bytes > this.#maxBytes) {
      calls.last += 1;
      calls.bytes = 0;
    }
    calls.bytes += bytes;
    calls.byBox.set(box, calls.last);
    return calls.last;
  }
}
