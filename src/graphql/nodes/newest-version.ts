/** Selects the requested document among the items that were found by a DocumentID. */
import { DEFAULT_ORDER, firstInOrder, type Placed } from '../../documents/order.ts';
import type { Item } from '../../redox/messages.ts';

/**
 * The items with exactly this id; all items if there is none, as the destination then spells the id differently. A destination may
 * treat several ids as equal (see `looseValue`), and then returns other documents too.
 */
export function itemsOfDocument(items: readonly Item[], documentId: string): readonly Item[] {
  const ofId = items.filter((item) => item.documentId === documentId);
  // Returns the same list if possible, as values derived from a list are cached with it.
  return ofId.length > 0 && ofId.length < items.length ? ofId : items;
}

/** Of several versions of the document, the one with the newest service; undefined where there is none. */
export function findNewestVersion(items: readonly Item[], documentId: string): Placed | undefined {
  return firstInOrder(itemsOfDocument(items, documentId), DEFAULT_ORDER);
}
