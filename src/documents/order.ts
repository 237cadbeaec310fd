/** The total order of documents: by a field, documents without it last, ties broken by everything that a document states. */

import { fingerprintOf } from '../media/model/item.ts';
import type { Item } from '../redox/messages.ts';
import type { Work } from '../time-slices.ts';
import { sortKeyOf } from './date-time.ts';

export type OrderField = 'SERVICE_DATE_TIME' | 'CREATION_DATE_TIME' | 'DOCUMENT_TYPE' | 'FILE_NAME';

export interface Order {
  readonly field: OrderField;
  readonly direction: 'ASC' | 'DESC';
}

/** The order that the schema documents as the default: newest service first. */
export const DEFAULT_ORDER: Order = { field: 'SERVICE_DATE_TIME', direction: 'DESC' };

/** The position of a document in an order; it does not depend on the order in which the documents arrived. */
export interface Position {
  readonly value: number | string | null;
  readonly documentId: string | null;
  readonly fingerprint: string;
  /** Numbers documents that are equal in everything: without a DocumentID they are still different documents. */
  readonly ordinal: number;
}

/** An item with its position. The fingerprint costs a hash, so it is computed only to break a tie. */
export interface Placed {
  readonly item: Item;
  readonly ordinal: number;
  readonly value: number | string | null;
}

/** Sorts items. */
export function placeInOrder(items: readonly Item[], order: Order): Placed[] {
  const ordinals = countOrdinals(items);
  return items.map((item, at) => placeOf(item, ordinals?.[at] ?? 0, order)).sort(comparePlaces(order));
}

/** The first item of `placeInOrder`, without sorting the others; undefined if there are no items. */
export function firstInOrder(items: readonly Item[], order: Order): Placed | undefined {
  const ordinals = countOrdinals(items);
  const compare = comparePlaces(order);
  let first: Placed | undefined;
  for (const [at, item] of items.entries()) {
    const placed = placeOf(item, ordinals?.[at] ?? 0, order);
    if (first === undefined || compare(placed, first) < 0) first = placed;
  }
  return first;
}

/** Like `placeInOrder`, in steps of about `atOnce` items: runs of this length are sorted and then merged. */
export function* placeInSteps(items: readonly Item[], order: Order, atOnce = MANY): Work<readonly Placed[]> {
  yield* prepareTies(items, order);
  const ordinals = countOrdinals(items);
  const compare = comparePlaces(order);
  let runs: (readonly Placed[])[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    const run = items.slice(start, start + atOnce);
    runs.push(run.map((item, at) => placeOf(item, ordinals?.[start + at] ?? 0, order)).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: (readonly Placed[])[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(yield* mergeRuns(runs[at] ?? [], runs[at + 1] ?? [], compare, atOnce));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

type Compare = (a: Placed, b: Placed) => number;

function* mergeRuns(
  first: readonly Placed[],
  second: readonly Placed[],
  compare: Compare,
  atOnce: number,
): Work<readonly Placed[]> {
  if (second.length === 0) return first;
  const merged: Placed[] = [];
  let [i, j] = [0, 0];
  for (let a = first[i], b = second[j]; a !== undefined || b !== undefined; a = first[i], b = second[j]) {
    // Of equal items, those of the first run come first, as with `sort`.
    const takesFirst = b === undefined || (a !== undefined && compare(a, b) <= 0);
    const next = takesFirst ? a : b;
    if (next !== undefined) merged.push(next);
    if (takesFirst) i += 1;
    else j += 1;
    if (merged.length % atOnce === 0) yield;
  }
  return merged;
}

function placeOf(item: Item, ordinal: number, { field }: Order): Placed {
  return { item, ordinal, value: sortValueOf(item, field) };
}

function comparePlaces({ direction }: Order): Compare {
  return (a, b) => compareValues(a.value, b.value, direction) || compareTies(a, b);
}

/** Fewer items are sorted within some milliseconds, whatever they state. */
const MANY = 1000;

export function isLongToSort({ length }: readonly Item[]): boolean {
  return length > MANY;
}

/**
 * Computes the fingerprints that sorting will need, in steps: a destination may send thousands of documents that have equal
 * values in the field that they are sorted by.
 */
export function* prepareTies(items: readonly Item[], { field }: Order): Work<void> {
  const firsts = new Map<string, Item>();
  for (const [at, item] of items.entries()) {
    const key = JSON.stringify([sortValueOf(item, field), item.documentId]);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, item);
    else fingerprintOf(first);
    if (first !== undefined || item.documentId === null) fingerprintOf(item);
    if (at % MANY === MANY - 1) yield;
  }
}

export function positionOf({ item, ordinal, value }: Placed): Position {
  return { value, documentId: item.documentId, fingerprint: fingerprintOf(item), ordinal };
}

/** Negative when `placed` comes before `position`, 0 when it is at the position. */
export function compareToPosition(placed: Placed, position: Position, { direction }: Order): number {
  return (
    compareValues(placed.value, position.value, direction) ||
    compareStrings(placed.item.documentId, position.documentId) ||
    compareStrings(fingerprintOf(placed.item), position.fingerprint) ||
    placed.ordinal - position.ordinal
  );
}

function compareTies(a: Placed, b: Placed): number {
  return (
    compareStrings(a.item.documentId, b.item.documentId) ||
    compareStrings(fingerprintOf(a.item), fingerprintOf(b.item)) ||
    a.ordinal - b.ordinal
  );
}

function sortValueOf(item: Item, field: OrderField): number | string | null {
  if (field === 'DOCUMENT_TYPE') return item.documentType;
  if (field === 'FILE_NAME') return item.fileName;
  const dateTime = field === 'SERVICE_DATE_TIME' ? item.serviceDateTime : item.creationDateTime;
  return dateTime === null ? null : sortKeyOf(dateTime);
}

function compareValues(
  a: number | string | null,
  b: number | string | null,
  direction: 'ASC' | 'DESC',
): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  const ascending = a < b ? -1 : 1;
  return direction === 'ASC' ? ascending : -ascending;
}

function compareStrings(a: string | null, b: string | null): number {
  return compareValues(a, b, 'ASC');
}

/** The number of equal items before each item; undefined when every item has a DocumentID, as is almost always the case. */
function countOrdinals(items: readonly Item[]): number[] | undefined {
  if (items.every(({ documentId }) => documentId !== null)) return undefined;
  const counts = new Map<string, number>();
  return items.map((item) => {
    if (item.documentId !== null) return 0;
    const key = fingerprintOf(item);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return count;
  });
}
