/** Which of the items that were found by a DocumentID is the document that was asked for. */
import { DEFAULT_ORDER, firstInOrder, type Placed } from '../../documents/order.ts';
import type { Item } from '../../redox/messages.ts';

/**
 * Those with the very id. A destination may take several ids for one (see `looseValue`), and sends other documents with it; where no
 * item has that very id, it writes the id otherwise.
 */
export function itemsOfDocument(items: readonly Item[], documentId: string): readonly Item[] {
  const ofId = items.filter((item) => item.documentId === documentId);
  // The very list where it can be, as what is worked out of a list is kept with it.
  return ofId.length > 0 && ofId.length < items.length ? ofId : items;
}

/** Of several versions of the document, the one with the newest service; undefined where there is none. */
export function findNewestVersion(items: readonly Item[], documentId: string): Placed | undefined {
  return firstInOrder(itemsOfDocument(items, documentId), DEFAULT_ORDER);
}
