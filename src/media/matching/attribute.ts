/**
 * Implements REDOX_ATTRIBUTION: attributes the items of a call for one patient, at a destination that names patients by other
 * identifiers than the query.
 */
import type { Item } from '../../redox/messages.ts';
import type { Box } from '../model/box.ts';
import { identifierKey, identifiersOf } from '../model/keys.ts';
import { matchDocument, namesPatientOf } from './match.ts';

/**
 * The items; those that belong to one person are attributed to the patient of the call. Unchanged if the call was for several
 * patients, or for all. Null when the items that match the other filters of the call name more than one person: it is then not
 * known which of them is the patient.
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
