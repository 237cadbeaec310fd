/** REDOX_ATTRIBUTION: whose the items of a call for one patient are, at a destination that names patients otherwise. */
import type { Item } from '../../redox/messages.ts';
import type { Box } from '../model/box.ts';
import { identifierKey, identifiersOf } from '../model/keys.ts';
import { matchDocument, namesPatientOf } from './match.ts';

/**
 * The items, those that are one person's said to be the patient's that the call asked for. Unchanged where the call asked
 * for several patients, or all. Null when what it asked for names more than one person: whose the rest is cannot be told.
 */
export function attributeToLonePatient(items: readonly Item[], callBox: Box): readonly Item[] | null {
  const requested = callBox.patients;
  if (requested === 'all' || requested.size !== 1) return items;
  const [first, ...others] = [...requested].flatMap(identifiersOf);
  if (first === undefined) return items;
  const isRequested = (item: Item) =>
    item.identifiers.length > 0 && matchDocument(item, callBox, callBox) !== 'no';
  const named = items.filter(isRequested);
  if (named.every((item) => namesPatientOf(item, requested))) return items;
  if (!shareIdentifier(named)) return null;
  const attributedTo = [first, ...others] as const;
  return items.map((item) => (isRequested(item) ? { ...item, attributedTo } : item));
}

/** Whether there is an (ID, IDType) pair that all of them have. They are one at least. */
function shareIdentifier(items: readonly Item[]): boolean {
  const lists = items.map(({ identifiers }) => new Set(identifiers.map(identifierKey)));
  return lists.reduce((common, keys) => common.intersection(keys)).size > 0;
}
