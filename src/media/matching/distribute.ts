/** Gives every waiting need exactly the items of a reply that satisfy it, in one pass over the items. */
import type { Item } from '../../redox/messages.ts';
import type { Work } from '../../time-slices.ts';
import { type Box, boxContains, intersectBoxes } from '../model/box.ts';
import { identifierKey, type PatientKey } from '../model/keys.ts';
import { indexByAnchor } from './anchor-index.ts';
import { attributeToLonePatient } from './attribute.ts';
import { matchItem, matchPatients, patientsNamedBy, type Verdict } from './match.ts';

/** A reply, as far as matching needs it. */
export interface Answered {
  readonly items: readonly Item[];
  /** Documents that name a patient in a way that cannot be read: they belong to no patient. */
  readonly unreadable: number;
}

/**
 * `settled`: the items are all there is. `unsettled`: documents came that may or may not be this need's; a call for it
 * alone may tell. `unattributed`: this was that call, and it does not tell.
 */
export type Settlement = 'settled' | 'unsettled' | 'unattributed';

/** What a need gets of a reply. */
export interface NeedResult {
  /** In the reply's order; meaningless unless settled. */
  readonly items: Item[];
  readonly settlement: Settlement;
}

export interface Distribution<T> {
  readonly results: ReadonlyMap<T, NeedResult>;
  /** How many items satisfy no need; they are dropped here. */
  readonly unmatched: number;
  /** Whether the reply holds items that the call did not ask for: the destination matches loosely, or does not filter. */
  readonly hasStrays: boolean;
  /** Of how many patients, at most, the items are that leave a need open: those that name the same count once. */
  readonly open: number;
}

/** One need, as far as the call answers it. */
interface Taker<T> {
  readonly owner: T;
  /** What of its box the call asked for. */
  readonly box: Box;
  /** The call asked for nothing that this need does not ask for. */
  readonly isLone: boolean;
  readonly items: Item[];
  hasUnknown: boolean;
}

export interface DistributionOptions<T> {
  /** The destination names patients otherwise than they are asked for (REDOX_ATTRIBUTION). */
  readonly trustsLone?: boolean;
  /**
   * The part of a need that this call is for, where it is for one part: another call brings the rest, and may describe a
   * document of it otherwise. Absent: all of the need that the call asks for.
   */
  readonly partOf?: (owner: T) => Box | undefined;
}

/** Items are tried at once with so many needs, within a millisecond: few replies need more. */
const MAX_TRIED_AT_ONCE = 2000;

/**
 * Distributes the reply of a call for `callBox` among those whose need is (partly) answered by it; with pauses, as thousands of documents
 * may be for each of a hundred needs.
 */
export function* distribute<T extends { readonly box: Box }>(
  reply: Answered,
  waiting: readonly T[],
  callBox: Box,
  { trustsLone = false, partOf }: DistributionOptions<T> = {},
): Work<Distribution<T>> {
  const attributed = trustsLone ? attributeToLonePatient(reply.items, callBox) : reply.items;
  // More than one person's: none of them is known to be the one asked for.
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

/** Equal for items that name the same patient; each item that names none may be another patient's. */
function ownerKeyOf(item: Item): unknown {
  return item.identifiers.length === 0 ? item : item.identifiers.map(identifierKey).sort().join('');
}

function createTaker<T extends { readonly box: Box }>(owner: T, callBox: Box, part?: Box): Taker<T> {
  const requested =
    part ?? (boxContains(callBox, owner.box) ? owner.box : intersectBoxes(owner.box, callBox));
  // A need that names no patients takes what comes, also of a call for those alone whom its caller's rights name: the rights
  // decide on each item.
  const isOfAny = owner.box.patients === 'all' && requested.patients !== 'all';
  const box: Box = isOfAny ? { ...requested, patients: 'all' } : requested;
  return { owner, box, isLone: boxContains(box, callBox), items: [], hasUnknown: false };
}

/** Hands the item to those it satisfies; `isOpen`: it may be another need's too; `count`: how many were tried. */
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

/** What the part leaves open is no question where the item itself states all that the whole need asks by. */
function matchPart(item: Item, { box, owner }: Taker<{ readonly box: Box }>, callBox: Box): Verdict {
  const verdict = matchItem(item, box, callBox);
  const isOpen = verdict === 'unknown' && box !== owner.box;
  return isOpen && matchItem(item, owner.box, UNFILTERED) === 'yes' ? 'yes' : verdict;
}

/**
 * What the call vouches for. A reply that holds other patients' documents shows that the destination does not filter by patient:
 * its items that name no patient may then be any patient's. Where all name one, nothing depends on it.
 */
function vouchedBy(items: readonly Item[], callBox: Box): Box {
  const { patients } = callBox;
  if (items.every(({ identifiers }) => identifiers.length > 0)) return callBox;
  const isFiltered = items.every((item) => matchPatients(item, patients, patients) !== 'no');
  return isFiltered ? callBox : { ...callBox, patients: 'all' };
}

/** A need that got nothing, or nothing for one of its patients, while strays came: one of those may be what it asks for. */
function settle({ box, items, isLone, hasUnknown }: Taker<unknown>, hasStrays: boolean): NeedResult {
  const isOpen = hasUnknown || (hasStrays && lacksPatient(items, box));
  if (!isOpen) return { items, settlement: 'settled' };
  return { items, settlement: isLone ? 'unattributed' : 'unsettled' };
}

/** Whether the items are none, or none of them names some patient of those that the box lists. */
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
