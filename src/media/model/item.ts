/** Compares items: when two of them are the same document, and how a document without a DocumentID is recognised again. */
import { hash } from 'node:crypto';
import type { Item } from '../../redox/messages.ts';
import { identifierKey } from './keys.ts';

/**
 * Everything that an item says, in one string: equal for equal items, whatever the order of their identifiers. Contents are
 * represented by their length and checksum.
 */
export function itemKey(item: Item): string {
  return JSON.stringify([
    item.identifiers.map(identifierKey).sort(),
    item.visitNumber,
    item.documentId,
    item.documentType,
    item.documentDescription,
    item.fileType,
    item.fileName,
    item.creationDateTime,
    item.serviceDateTime,
    'checksum' in item.contents ? [item.contents.length, item.contents.checksum] : item.contents,
  ]);
}

/** The sum of a measure over all texts of an item, except its identifiers and contents. */
export function sumOverTexts(item: Item, measure: (text: string | null) => number): number {
  return (
    measure(item.visitNumber) +
    measure(item.documentId) +
    measure(item.documentType) +
    measure(item.documentDescription) +
    measure(item.fileType) +
    measure(item.fileName) +
    measure(item.creationDateTime) +
    measure(item.serviceDateTime)
  );
}

const fingerprints = new WeakMap<Item, string>();

/**
 * A short digest of `itemKey`: 96 bits of SHA-256 in base64url. It is computed once for each item, as items are compared by it.
 */
export function fingerprintOf(item: Item): string {
  let fingerprint = fingerprints.get(item);
  if (fingerprint === undefined) {
    fingerprint = hash('sha256', itemKey(item), 'base64url').slice(0, 16);
    fingerprints.set(item, fingerprint);
  }
  return fingerprint;
}

/**
 * Drops items that one reply repeats: items with the same DocumentID and equal contents. Versions under one DocumentID differ and
 * are kept; items without a DocumentID are never regarded as repetitions.
 */
export function dropRepeats(items: readonly Item[]): readonly Item[] {
  if (areAllDistinct(items)) return items;
  const firsts = new Map<string, Item>();
  // Only for documents that occur more than once. A destination may send thousands of versions of one document.
  const keys = new Map<string, Set<string>>();
  return items.filter((item) => {
    const { documentId } = item;
    if (documentId === null) return true;
    const first = firsts.get(documentId);
    if (first === undefined) {
      firsts.set(documentId, item);
      return true;
    }
    let known = keys.get(documentId);
    if (known === undefined) {
      known = new Set([itemKey(first)]);
      keys.set(documentId, known);
    }
    const key = itemKey(item);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Whether every DocumentID occurs once: this is almost always so, and is checked without reading the items. */
function areAllDistinct(items: readonly Item[]): boolean {
  const ids = new Set<string>();
  let unnamed = 0;
  for (const { documentId } of items) {
    if (documentId === null) unnamed += 1;
    else ids.add(documentId);
  }
  return ids.size + unnamed === items.length;
}

/**
 * Unites the lists of items that satisfy the parts of a need. A document that satisfies two parts is in both lists; each list is
 * complete for its part, so equal items within one list are different documents.
 */
export function uniteLists(lists: readonly (readonly Item[])[]): readonly Item[] {
  const [only] = lists;
  if (lists.length === 1 && only) return only;
  const isInSeveral = shareOf(lists);
  const counts = new Map<string, number>();
  return lists.flatMap((list) => {
    const seen = new Map<string, number>();
    return list.filter((item) => {
      if (!isInSeveral(item)) return true;
      const key = itemKey(item);
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      if (count <= (counts.get(key) ?? 0)) return false;
      counts.set(key, count);
      return true;
    });
  });
}

/**
 * Whether an item may be in several of the lists. Nearly all items are in one, as their DocumentIDs show, and need not be
 * compared.
 */
function shareOf(lists: readonly (readonly Item[])[]): (item: Item) => boolean {
  const listOf = new Map<string, readonly Item[]>();
  const shared = new Set<string>();
  for (const list of lists) {
    for (const { documentId } of list) {
      if (documentId === null) continue;
      const known = listOf.get(documentId);
      if (known === undefined) listOf.set(documentId, list);
      else if (known !== list) shared.add(documentId);
    }
  }
  return ({ documentId }) => documentId === null || shared.has(documentId);
}
