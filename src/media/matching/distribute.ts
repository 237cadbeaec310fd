/** Gives every waiting need exactly the items of a reply that satisfy it, in one pass over the items. */
import type { Item } from '../../redox/messages.ts';
import { type Box, identifierKey, identifiersOf } from '../model/box.ts';
import { matchItem } from './match.ts';

export interface Distribution<T> {
  /** What each waiting one gets, in the reply's order. */
  readonly items: ReadonlyMap<T, Item[]>;
  /** Those that the reply cannot settle: it holds items that may or may not be theirs. */
  readonly unsettled: ReadonlySet<T>;
  /** How many items satisfy nobody's need; they are dropped here. */
  readonly strangers: number;
}

/** Distributes the reply of a call for `claim` among those whose need is (partly) answered by it. */
export function distribute<T extends { readonly box: Box }>(
  items: readonly Item[],
  waiting: readonly T[],
  claim: Box,
): Distribution<T> {
  const given = new Map<T, Item[]>(waiting.map((one) => [one, []]));
  const unsettled = new Set<T>();
  const candidatesOf = indexWaiting(waiting, claim);
  let strangers = 0;
  /** Hands the item to those it satisfies; true when it is, or may be, somebody's. */
  const offer = (item: Item, takers: Iterable<T>) => {
    let wanted = false;
    for (const taker of takers) {
      const verdict = matchItem(item, taker.box, claim);
      if (verdict === 'no') continue;
      wanted = true;
      if (verdict === 'yes') given.get(taker)?.push(item);
      else unsettled.add(taker);
    }
    return wanted;
  };
  for (const item of items) {
    // Nobody by what it says about the first listed dimension: try everyone before calling it a stranger.
    if (!offer(item, candidatesOf(item)) && !offer(item, waiting)) strangers += 1;
  }
  return { items: given, unsettled, strangers };
}

/** Finds who may take an item by the first dimension that the call lists, so that not everyone is tried for every item. */
function indexWaiting<T extends { readonly box: Box }>(
  waiting: readonly T[],
  claim: Box,
): (item: Item) => Iterable<T> {
  if (waiting.length === 1) return () => waiting;
  const anchor = (['patients', 'visits', 'documents'] as const).find((one) => claim[one] !== 'all');
  if (anchor === undefined) return () => waiting;
  const index = new Map<string, Set<T>>();
  for (const one of waiting) {
    const values = one.box[anchor];
    for (const value of values === 'all' ? [] : values) {
      const key = anchor === 'patients' ? firstIdentifierKey(value) : value;
      const takers = index.get(key);
      if (takers) takers.add(one);
      else index.set(key, new Set([one]));
    }
  }
  return (item) => {
    const takers = keysOf(item, anchor).flatMap((key) => [...(index.get(key) ?? [])]);
    return takers.length > 1 ? new Set(takers) : takers;
  };
}

/** A patient with several identifiers is found by the first: an item that has all of them has that one. */
function firstIdentifierKey(patient: string): string {
  const [first] = identifiersOf(patient);
  return first ? identifierKey(first) : patient;
}

function keysOf(item: Item, anchor: 'patients' | 'visits' | 'documents'): string[] {
  if (anchor === 'patients') return item.identifiers.map(identifierKey);
  const value = anchor === 'visits' ? item.visitNumber : item.documentId;
  return value === null ? [] : [value];
}
