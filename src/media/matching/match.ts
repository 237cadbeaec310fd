/**
 * Does this item satisfy this need? Decided by what the item says, never by its position.
 * What an item leaves unsaid is settled only by what the call that brought it asked for (its claim).
 */
import type { Item } from '../../redox/messages.ts';
import { type Box, identifierKey, identifiersOf, type Values, valuesContain } from '../model/box.ts';

/** `unknown`: the item may satisfy the need, but what it says does not tell. It is never guessed. */
export type Verdict = 'yes' | 'no' | 'unknown';

/** Whether `item`, brought by a call for `claim`, satisfies `asked`. */
export function matchItem(item: Item, asked: Box, claim: Box): Verdict {
  const verdicts = [
    matchPatients(item, asked.patients, claim.patients),
    matchValue(item.visitNumber, asked.visits, claim.visits),
    matchValue(item.documentType, asked.types, claim.types),
    matchValue(item.documentId, asked.documents, claim.documents),
  ];
  if (verdicts.includes('no')) return 'no';
  if (verdicts.includes('unknown')) return 'unknown';
  return leavesUnsaid(item, asked) && contradicts(item, claim) ? 'no' : 'yes';
}

/** Whether the item does not state something that is asked for. */
function leavesUnsaid(item: Item, asked: Box): boolean {
  return (
    (asked.patients !== 'all' && item.identifiers.length === 0) ||
    (asked.visits !== 'all' && item.visitNumber === null) ||
    (asked.types !== 'all' && item.documentType === null) ||
    (asked.documents !== 'all' && item.documentId === null)
  );
}

/** Whether the item states what its call did not ask for: a stray one, whose silence the call's filters do not vouch for. */
function contradicts(item: Item, claim: Box): boolean {
  const strays = (stated: string | null, claimed: Values) =>
    stated !== null && claimed !== 'all' && !claimed.has(stated);
  return (
    strays(item.visitNumber, claim.visits) ||
    strays(item.documentType, claim.types) ||
    strays(item.documentId, claim.documents) ||
    (item.identifiers.length > 0 && claim.patients !== 'all' && !namesPatientOf(item, claim.patients))
  );
}

function matchValue(stated: string | null, asked: Values, claimed: Values): Verdict {
  if (asked === 'all') return 'yes';
  if (stated === null) return matchUnstated(asked, claimed);
  return asked.has(stated) ? 'yes' : 'no';
}

/**
 * The item does not say. A call that did not filter by this dimension claims nothing. A call that filtered by values
 * that are all asked for vouches for the item (Redox's filters hold for every item of the answer). A call that also
 * filtered by others' values leaves it open.
 */
function matchUnstated(asked: Values, claimed: Values): Verdict {
  if (claimed === 'all') return 'no';
  return valuesContain(asked, claimed) ? 'yes' : 'unknown';
}

function matchPatients(item: Item, asked: Values, claimed: Values): Verdict {
  if (asked === 'all') return 'yes';
  if (item.identifiers.length === 0) return matchUnstated(asked, claimed);
  if (namesPatientOf(item, asked)) return 'yes';
  // It names somebody else, unless an asked identifier came back under another IDType: then ask for that one alone.
  if (claimed === 'all' || valuesContain(asked, claimed) || namesPatientOf(item, claimed)) return 'no';
  return sharesIdWith(item, asked) ? 'unknown' : 'no';
}

/** True when the item has all identifiers of some patient, as exact (ID, IDType) pairs. */
function namesPatientOf(item: Item, patients: ReadonlySet<string>): boolean {
  for (const identifier of item.identifiers) if (patients.has(identifierKey(identifier))) return true;
  const severalKeys = keysOfSeveralIdentifiers(patients);
  if (severalKeys.length === 0) return false;
  const stated = new Set(item.identifiers.map(identifierKey));
  return severalKeys.some((keys) => keys.every((key) => stated.has(key)));
}

function sharesIdWith(item: Item, patients: ReadonlySet<string>): boolean {
  const ids = new Set(item.identifiers.map(({ id }) => id));
  return [...patients].some((patient) => identifiersOf(patient).some(({ id }) => ids.has(id)));
}

const severalKeysOfPatients = new WeakMap<ReadonlySet<string>, readonly (readonly string[])[]>();

/** The patients asked for by several identifiers, each as the keys of those. */
function keysOfSeveralIdentifiers(patients: ReadonlySet<string>): readonly (readonly string[])[] {
  let several = severalKeysOfPatients.get(patients);
  if (several === undefined) {
    several = [...patients]
      .map((key) => identifiersOf(key).map(identifierKey))
      .filter((keys) => keys.length > 1);
    severalKeysOfPatients.set(patients, several);
  }
  return several;
}
