/**
 * Lists that pages are cut from: a long one is sorted once for all fields of an operation, in several turns of the event loop, and a
 * short one of a remembered answer once for all operations, in the order that nearly all of them ask for.
 */
import {
  DEFAULT_ORDER,
  isLongToSort,
  type Order,
  type Placed,
  placeInOrder,
  placeInSteps,
} from '../../documents/order.ts';
import type { LoadResult } from '../../media/loading.ts';
import type { OperationSlices } from '../../operation-slices.ts';

type Sorted = readonly Placed[] | Promise<readonly Placed[]>;

/** By their orders. What fields are given is theirs alone, and is gone with their operation. */
const sortedLists = new WeakMap<LoadResult, Map<string, Sorted>>();

/** Those of remembered answers, which are as long in memory as these: what they take is counted with the answer. */
const keptLists = new WeakMap<LoadResult['items'], readonly Placed[]>();

/** Null for a list that is sorted as soon as it is looked up. */
export function sortList(given: LoadResult, order: Order, slices: OperationSlices): Sorted | null {
  return isLongToSort(given.items) ? sortLongList(given, order, slices) : findSorted(given, order);
}

function findSorted({ items, ageMs }: LoadResult, { field, direction }: Order): readonly Placed[] | null {
  const isDefault = field === DEFAULT_ORDER.field && direction === DEFAULT_ORDER.direction;
  if (ageMs === null || !isDefault) return null;
  let sorted = keptLists.get(items);
  if (sorted === undefined) {
    sorted = placeInOrder(items, DEFAULT_ORDER);
    keptLists.set(items, sorted);
  }
  return sorted;
}

function sortLongList(given: LoadResult, order: Order, slices: OperationSlices): Sorted {
  let ofList = sortedLists.get(given);
  if (ofList === undefined) {
    ofList = new Map();
    sortedLists.set(given, ofList);
  }
  const key = `${order.field} ${order.direction}`;
  let sorted = ofList.get(key);
  if (sorted === undefined) {
    sorted = slices.finish(placeInSteps(given.items, order));
    ofList.set(key, sorted);
  }
  return sorted;
}
