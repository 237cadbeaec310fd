/**
 * Sorts the lists that pages are cut from. A long list is sorted once for all fields of an operation, in several time slices; a
 * short list of a remembered answer is sorted once for all operations, in the order that nearly all of them use.
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

/** By their orders. The lists that fields receive belong to one operation, and are gone when it ends. */
const sortedLists = new WeakMap<LoadResult, Map<string, Sorted>>();

/** The sorted lists of remembered answers, which stay in memory as long as these: their size is counted with the answer. */
const keptLists = new WeakMap<LoadResult['items'], readonly Placed[]>();

/** Null for a list that is sorted synchronously when it is needed. */
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
