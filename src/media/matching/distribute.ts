/** Gives every waiting need exactly the items of a reply that satisfy it, in one pass over the items. */
import type { Item } from '../../redox/messages.ts';
import type { Work } from '../../time-slices.ts';
import { type Box, boxContains, intersectBoxes } from '../model/box.ts';
import { identifierKey, type PatientKey } from '../model/keys.ts';
import { indexByAnchor } from './anchor-index.ts';
import { attributeToLonePatient } from './attribute.ts';
import { matchItem, matchPatients, patientsNamedBy, type Verdict } from './match.ts';

/** The part of a reply that matching needs. */
export interface Answered {
  readonly items: readonly Item[];
  /** The number of documents that name a patient in a form that cannot be read: they belong to no patient. */
  readonly unreadable: number;
}

/**
 * `settled`: the items are complete. `unsettled`: the reply contains documents that may or may not belong to this need; a call
 * for it alone may decide. `unattributed`: this was such a call, and it did not decide.
 */
export type Settlement = 'settled' | 'unsettled' | 'unattributed';

/** The result of one need. */
export interface NeedResult {
  /** In the order of the reply; meaningless unless settled. */
  readonly items: Item[];
  readonly settlement: Settlement;
}

export interface Distribution<T> {
  readonly results: ReadonlyMap<T, NeedResult>;
  /** The number of items that satisfy no need; they are dropped here. */
  readonly unmatched: number;
  /** Whether the reply contains items that the call did not query for: the destination matches loosely, or does not filter. */
  readonly hasStrays: boolean;
  /**
   * The maximum number of patients to whom the items belong that leave a need open: items that name the same patient count once.
   */
  readonly open: number;
}

/** One need, as far as the call answers it. */
interface Taker<T> {
  readonly owner: T;
  /** The part of its box that the call queried for. */
  readonly box: Box;
  /** The call queried for nothing beyond this need. */
  readonly isLone: boolean;
  readonly items: Item[];
  hasUnknown: boolean;
}

export interface DistributionOptions<T> {
  /** The destination names patients by other identifiers than the query (REDOX_ATTRIBUTION). */
  readonly trustsLone?: boolean;
  /**
   * The part of a need that this call is for, if the need was divided: another call returns the rest, and may describe a document
   * differently. Absent: the call is for all of the need that lies inside its box.
   */
  readonly partOf?: (owner: T) => Box | undefined;
}

/** So many matches are tried in one time slice, within a millisecond: few replies need more. */
const MAX_TRIED_AT_ONCE = 2000;

/**
 * Distributes the reply of a call for `callBox` among the needs that it answers, wholly or in part. It pauses, as thousands of
 * documents may be for each of a hundred needs.
 */
export function* distribute<T extends { readonly box: Box }>(
  reply: Answered,
  waiting: readonly T[],
  callBox: Box,
  { trustsLone = false, partOf }: DistributionOptions<T> = {},
): Work<Distribution<T>> {
  const attributed = trustsLone ? attributeToLonePatient(reply.items, callBox) : reply.items;
  // The items belong to more than one person: none of these is known to be the patient of the call.
  if (attributed === null) return withhold(reply, waiting, callBox);
  const takers = waiting.map((owner) => createTaker(owner, callBox, partOf?.(owner)));
  const vouched = vouchedBy(attributed, callBox);
  const candidatesOf = indexByAnchor(takers, callBox);
  const open = new Set<unknown>();
  let [unmatched, strays, tried] = [reply.unreadable, reply.unreadable, 0];
  for (const item of attributed) {
    const { isGiven, isOpen, count } = offer(item, candidatesOf(item), vouched);
    tried += count + 1;
    if (tried > MAX_TRIED_AT_ONCE) {
      tried = 0;
      yield;
    }
    const isStray = !isGiven && matchItem(item, callBox, callBox) !== 'yes';
    if (!isGiven && !isOpen) unmatched += 1;
    if (isStray) strays += 1;
    if (isOpen || isStray) open.add(ownerKeyOf(item));
  }
  const hasStrays = strays > 0;
  const results = takers.map((taker) => [taker.owner, settle(taker, hasStrays)] as const);
  return { results: new Map(results), unmatched, hasStrays, open: open.size + reply.unreadable };
}

/** Equal for items that name the same patient. Items that name none are all different, as each may belong to another patient. */
function ownerKeyOf(item: Item): unknown {
  return item.identifiers.length === 0 ? item : item.identifiers.map(identifierKey).sort().join('');
}

function createTaker<T extends { readonly box: Box }>(owner: T, callBox: Box, part?: Box): Taker<T> {
  const requested =
    part ?? (boxContains(callBox, owner.box) ? owner.box : intersectBoxes(owner.box, callBox));
  // A need without patients accepts all items, including those of a call for only the patients in its caller's rights: the rights
  // are checked for each item.
  const isOfAny = owner.box.patients === 'all' && requested.patients !== 'all';
  const box: Box = isOfAny ? { ...requested, patients: 'all' } : requested;
  return { owner, box, isLone: boxContains(box, callBox), items: [], hasUnknown: false };
}

/**
 * Gives the item to the needs that it satisfies. `isOpen`: it may also satisfy another need; `count`: how many needs were tried.
 */
function offer(
  item: Item,
  takers: Iterable<Taker<{ readonly box: Box }>>,
  callBox: Box,
): { isGiven: boolean; isOpen: boolean; count: number } {
  let [isGiven, isOpen, count] = [false, false, 0];
  for (const taker of takers) {
    count += 1;
    const verdict = matchPart(item, taker, callBox);
    if (verdict === 'yes') {
      taker.items.push(item);
      isGiven = true;
    } else if (verdict === 'unknown') {
      taker.hasUnknown = true;
      isOpen = true;
    }
  }
  return { isGiven, isOpen, count };
}

const UNFILTERED: Box = { patients: 'all', visits: 'all', types: 'all', documents: 'all' };

/** An item that leaves the part open is still settled if it states all values by which the whole need queries. */
function matchPart(item: Item, { box, owner }: Taker<{ readonly box: Box }>, callBox: Box): Verdict {
  const verdict = matchItem(item, box, callBox);
  const isOpen = verdict === 'unknown' && box !== owner.box;
  return isOpen && matchItem(item, owner.box, UNFILTERED) === 'yes' ? 'yes' : verdict;
}

/**
 * The box that the filters of the call guarantee. A reply with documents of other patients shows that the destination does not
 * filter by patient: items that name no patient may then belong to any patient. If all items name one, this does not matter.
 */
function vouchedBy(items: readonly Item[], callBox: Box): Box {
  const { patients } = callBox;
  if (items.every(({ identifiers }) => identifiers.length > 0)) return callBox;
  const isFiltered = items.every((item) => matchPatients(item, patients, patients) !== 'no');
  return isFiltered ? callBox : { ...callBox, patients: 'all' };
}

/**
 * A need that received nothing, or nothing for one of its patients, while the reply had strays: one of those may be its document.
 */
function settle({ box, items, isLone, hasUnknown }: Taker<unknown>, hasStrays: boolean): NeedResult {
  const isOpen = hasUnknown || (hasStrays && lacksPatient(items, box));
  if (!isOpen) return { items, settlement: 'settled' };
  return { items, settlement: isLone ? 'unattributed' : 'unsettled' };
}

/** Whether there are no items, or none of them names one of the patients in the box. */
export function lacksPatient(items: readonly Item[], { patients }: Box): boolean {
  if (items.length === 0) return true;
  if (patients === 'all' || patients.size === 1) return false;
  const named = new Set<PatientKey>();
  for (const item of items) for (const patient of patientsNamedBy(item, patients)) named.add(patient);
  return named.size < patients.size;
}

function withhold<T extends { readonly box: Box }>(
  { items, unreadable }: Answered,
  waiting: readonly T[],
  callBox: Box,
): Distribution<T> {
  const results = waiting.map((owner): [T, NeedResult] => {
    const { isLone } = createTaker(owner, callBox);
    return [owner, { items: [], settlement: isLone ? 'unattributed' : 'unsettled' }];
  });
  return { results: new Map(results), unmatched: items.length + unreadable, hasStrays: true, open: 1 };
}
