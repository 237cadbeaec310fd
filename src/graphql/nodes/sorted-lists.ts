/** Long lists that pages are cut from: each is sorted once for all fields of an operation, in several turns of the event loop. */
import { isLongToSort, type Order, type Placed, placeInSteps } from '../../documents/order.ts';
import type { Given } from '../../media/loading.ts';
import type { OperationTurns } from '../../operation-turns.ts';

type Sorted = readonly Placed[] | Promise<readonly Placed[]>;

/** By their orders. What fields are given is theirs alone, and is gone with their operation. */
const sortedLists = new WeakMap<Given, Map<string, Sorted>>();

/** Null for a list that is sorted as soon as it is looked up. */
export function sortLongList(given: Given, order: Order, turns: OperationTurns): Sorted | null {
  if (!isLongToSort(given.items)) return null;
  let ofList = sortedLists.get(given);
  if (ofList === undefined) {
    ofList = new Map();
    sortedLists.set(given, ofList);
  }
  const key = `${order.field} ${order.direction}`;
  let sorted = ofList.get(key);
  if (sorted === undefined) {
    sorted = turns.finish(placeInSteps(given.items, order));
    ofList.set(key, sorted);
  }
  return sorted;
}
