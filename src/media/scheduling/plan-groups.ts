/**
 * Plans the calls for all parts of needs that wait at a destination. The parts are grouped by which of them may share calls; then
 * the planner merges the parts of each group into calls within the limits that the destination is known to accept, or longer ones
 * worth a test.
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

/** The properties of a destination that decide which parts may share calls. */
export interface GroupingOptions {
  readonly splitter: CallSplitter;
  readonly maxReplyBytes: number;
  /** Whether no call may be for several patients. */
  readonly isOnePatientPerCall: boolean;
}

/**
 * How many calls the culprits of one plan are spread over, evenly: up to as many culprits have a call of their own. When a
 * destination refuses many patients, a call for each of them would cost more than the refusals. As many as the slots by default,
 * so that all are sent at once: of the 50 suspects in a list of 100 that timed out (see Halving), the one that is the reason then
 * shares its call with at most three, and half of these are answered when that call times out in its turn.
 */
const MAX_CULPRIT_CALLS = 16;

/**
 * Downloads fill this share of the largest reply. The rest is for the documents' descriptions, and for other versions of them.
 */
const SHARE_OF_BYTES = 0.5;

/** Replies hold files in base64, with 4 characters for 3 bytes. */
const BASE64_RATIO = 4 / 3;

/** Groups the parts of needs; only parts of one group share calls. */
export function groupParts(
  parts: readonly NeedPart[],
  { splitter, maxReplyBytes, isOnePatientPerCall }: GroupingOptions,
): readonly Group[] {
  const culpritCalls = new Map<string, number>();
  const limitIds = new ListIds();
  const downloads = new DownloadPacker(maxReplyBytes);
  const groups = Map.groupBy(parts, (part) => {
    const limit = patientLimitOf(part);
    const needKey = groupKeyOf(part.owner);
    const patientsKey = isOnePatientPerCall ? `${valuesKey(part.box.patients)}|` : '';
    const group = limit === null ? `${patientsKey}${needKey}` : `${limitIds.of(limit)}|${needKey}`;
    const key = downloads.keyFor(part.owner, group);
    const culprit = splitter.findCulprit(part.box);
    if (culprit === null) return key;
    const call = culpritCalls.get(culprit) ?? culpritCalls.size % MAX_CULPRIT_CALLS;
    culpritCalls.set(culprit, call);
    return `culprits ${call}|${key}`;
  });
  return [...groups.values()];
}

/**
 * Returns a key that is equal for needs that may share calls: their batch keys and isolation are equal. Downloads share calls
 * only with other downloads, and only when both name documents or both query the same box.
 */
function groupKeyOf({ need, queryBox, batchKey, isolation, order }: PendingNeed): string {
  const key = `${batchKey.length}:${batchKey}${isolationKey(isolation, queryBox)}`;
  if (!(need.files instanceof FileRelay)) return key;
  if (!need.files.mayShare) return `relay ${order}`;
  return queryBox.documents === 'all' ? `relay of ${boxKey(queryBox)} ${key}` : `relay ${key}`;
}

/** Plans the calls of all groups. `choices`: the limits to choose from for queries; `downloadLimits`: those for downloads. */
export function planGroups(
  groups: readonly Group[],
  choices: readonly [Limits, ...Limits[]],
  downloadLimits: Limits,
): readonly PlannedCall<PendingNeed>[] {
  const downloads = groups.filter(isOfDownloads);
  const queries = downloads.length === 0 ? groups : groups.filter((group) => !isOfDownloads(group));
  return [
    ...planByChoices(queries, choices),
    ...downloads.flatMap((group) => planGroup(group, downloadLimits)),
  ];
}

function isOfDownloads([first]: Group): boolean {
  return first?.owner.isRelay ?? false;
}

/** Plans within the first limits, which are known to pass, unless longer calls, which are not proven yet, save calls. */
function planByChoices(
  groups: readonly Group[],
  [proven, ...longer]: readonly [Limits, ...Limits[]],
): readonly PlannedCall<PendingNeed>[] {
  const planWithin = (limits: Limits) => groups.flatMap((group) => planGroup(group, limits));
  const plan = planWithin(proven);
  if (plan.length <= groups.length) return plan;
  for (const limits of longer) {
    const shorterPlan = planWithin(limits);
    if (shorterPlan.length < plan.length) return shorterPlan;
  }
  return plan;
}

function planGroup(group: Group, limits: Limits): readonly PlannedCall<PendingNeed>[] {
  const [first] = group;
  const limit = first ? patientLimitOf(first) : null;
  return limit === null ? planCalls(group, limits) : planLimited(group, limit, limits);
}

/**
 * Returns the patients that only the caller's rights name, not the need; null when the need names patients, or the rights do not.
 */
function patientLimitOf({ box, owner }: NeedPart): ReadonlySet<PatientKey> | null {
  return owner.isLimited && box.patients !== 'all' ? box.patients : null;
}

/** The calls of one group of downloads, by number. */
interface DownloadCalls {
  /** The call that is not full yet. */
  last: number;
  /** The bytes of the files in that call. */
  bytes: number;
  /** The call for each box: several needs may download the same file. */
  readonly byBox: Map<string, number>;
}

/** Packs the downloads of one plan into calls whose files fit into one reply; the sizes of the files are known beforehand. */
class DownloadPacker {
  readonly #maxBytes: number;
  readonly #groups = new Map<string, DownloadCalls>();

  constructor(maxReplyBytes: number) {
    this.#maxBytes = maxReplyBytes * SHARE_OF_BYTES;
  }

  /** Returns the key of the parts that a need of this group shares a call with. */
  keyFor({ need: { files }, queryBox }: PendingNeed, group: string): string {
    if (!(files instanceof FileRelay) || !files.mayShare) return group;
    const bytes = files.known.byteLength * BASE64_RATIO;
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
