/**
 * Decides whether an item satisfies a need: by what the item states, never by its position. What an item does not state, or
 * states in other words, is decided only by what the call that returned it queried for (`callBox`).
 */
import type { Identifier, Item } from '../../redox/messages.ts';
import { type Box, type Values, valuesContain } from '../model/box.ts';
import {
  type IdentifierKey,
  identifierKey,
  identifiersOf,
  type PatientKey,
  patientKey,
  patientKeyOfOne,
} from '../model/keys.ts';
import { looseValue } from '../model/loose-value.ts';
import { PatientIndex } from './patient-index.ts';

/** `unknown`: the item may satisfy the need, but what it states does not decide. The gateway never guesses. */
export type Verdict = 'yes' | 'no' | 'unknown';

/** Whether `item`, returned by a call for `callBox`, satisfies `requested`, which lies inside `callBox`. */
export function matchItem(item: Item, requested: Box, callBox: Box): Verdict {
  const ofDocument = matchDocument(item, requested, callBox);
  if (ofDocument === 'no') return 'no';
  const ofPatients = matchPatients(item, requested.patients, callBox.patients);
  return ofPatients === 'yes' ? ofDocument : ofPatients;
}

/** Like `matchItem`, but ignores the patient. */
export function matchDocument(item: Item, requested: Box, callBox: Box): Verdict {
  let verdict: Verdict = 'yes';
  for (const [dimension, name] of MEMBERS) {
    if (requested[dimension] !== 'all' && item.unreadable?.includes(name)) return 'no';
    const one = matchValue(item[name], requested[dimension], callBox[dimension]);
    if (one === 'no') return 'no';
    if (one === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

const MEMBERS = [
  ['visits', 'visitNumber'],
  ['types', 'documentType'],
  ['documents', 'documentId'],
] as const;

function matchValue(stated: string | null, requested: Values, ofCall: Values): Verdict {
  if (requested === 'all') return 'yes';
  if (stated === null || stated.trim() === '') return matchUnstated(requested, ofCall);
  if (requested.has(stated)) return 'yes';
  const loose = looseValue(stated);
  if (!loosely(requested).has(loose)) return 'no';
  if (ofCall === 'all') return 'unknown';
  // The destination regarded it as one of the values of the call. It satisfies this need if it cannot stand for another value.
  for (const value of ofCall) if (looseValue(value) === loose && !requested.has(value)) return 'unknown';
  return 'yes';
}

/**
 * The item does not state the value. If the call filtered only by requested values, the item has one of them, since Redox's
 * filters hold for every item of the reply. If the call also filtered by other values, or not at all, the value is not known.
 */
function matchUnstated(requested: Values, ofCall: Values): Verdict {
  return valuesContain(requested, ofCall) ? 'yes' : 'unknown';
}

/**
 * A patient is named by all its identifiers, as exact (ID, IDType) pairs. An item that does not name a requested patient belongs
 * to another one only if its identifiers prove it; identifiers of other IDTypes prove nothing.
 */
export function matchPatients(
  item: Item,
  requested: Values<PatientKey>,
  ofCall: Values<PatientKey>,
): Verdict {
  if (requested === 'all') return 'yes';
  if (item.identifiers.length === 0) return matchUnstated(requested, ofCall);
  if (item.attributedTo) return matchNamed(item, requested);
  if (last?.identifiers !== item.identifiers || last.requested !== requested) {
    last = { identifiers: item.identifiers, requested, verdict: matchNamed(item, requested) };
  }
  return last.verdict;
}

/**
 * The last verdict on the patient of an item. Items of one patient share their list of identifiers, and usually follow each
 * other. Neither list ever changes.
 */
let last: {
  readonly identifiers: readonly Identifier[];
  readonly requested: Values<PatientKey>;
  readonly verdict: Verdict;
} | null = null;

function matchNamed(item: Item, requested: ReadonlySet<PatientKey>): Verdict {
  if (namesPatientOf(item, requested)) return 'yes';
  const candidates = indexOf(requested).candidatesOf(item.identifiers).values();
  return candidates.some((ids) => mayBe(item, ids)) ? 'unknown' : 'no';
}

/** False when the item has an identifier of a requested IDType, but not the requested ID. */
function mayBe({ identifiers }: Item, requested: LooseIds): boolean {
  for (const [type, ids] of requested) {
    const comparable = identifiers.filter(({ idType }) => idType === type);
    if (comparable.length > 0 && !comparable.some(({ id }) => ids.has(looseValue(id)))) return false;
  }
  return true;
}

/** True when the item has all identifiers of one of the patients, or was attributed to one. */
export function namesPatientOf(item: Item, patients: ReadonlySet<PatientKey>): boolean {
  if (item.attributedTo) return patients.has(patientKey(item.attributedTo));
  for (const one of item.identifiers) if (patients.has(patientKeyOfOne(one))) return true;
  return severalNamedBy(item, patients).length > 0;
}

/** The patients for whom `namesPatientOf` is true. */
export function patientsNamedBy(item: Item, patients: ReadonlySet<PatientKey>): PatientKey[] {
  if (item.attributedTo) return [patientKey(item.attributedTo)].filter((key) => patients.has(key));
  const byOne = new Set(item.identifiers.map(patientKeyOfOne)).intersection(patients);
  return [...byOne, ...severalNamedBy(item, patients)];
}

/** Those patients that were requested by several identifiers, all of which the item has. */
function severalNamedBy({ identifiers }: Item, patients: ReadonlySet<PatientKey>): PatientKey[] {
  const several = patientsOfSeveralIdentifiers(patients);
  if (several.length === 0) return [];
  const stated = new Set(identifiers.map(identifierKey));
  return several.flatMap(({ patient, keys }) => (keys.every((key) => stated.has(key)) ? [patient] : []));
}

const looseLists = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();

function loosely(values: ReadonlySet<string>): ReadonlySet<string> {
  return remembered(looseLists, values, () => new Set([...values].map(looseValue)));
}

/** The identifiers of one patient: the loose forms of the IDs, by IDType. */
type LooseIds = ReadonlyMap<string, ReadonlySet<string>>;

const patientIndexes = new WeakMap<ReadonlySet<PatientKey>, PatientIndex<LooseIds>>();

function indexOf(patients: ReadonlySet<PatientKey>): PatientIndex<LooseIds> {
  return remembered(patientIndexes, patients, () => {
    const index = new PatientIndex<LooseIds>();
    for (const patient of patients) index.add(patient, looseIdsOf(patient));
    return index;
  });
}

function looseIdsOf(patient: PatientKey): LooseIds {
  const byType = Map.groupBy(identifiersOf(patient), ({ idType }) => idType);
  return new Map([...byType].map(([type, list]) => [type, new Set(list.map(({ id }) => looseValue(id)))]));
}

interface OfSeveral {
  readonly patient: PatientKey;
  readonly keys: readonly IdentifierKey[];
}

const ofSeveral = new WeakMap<ReadonlySet<PatientKey>, readonly OfSeveral[]>();

/** The patients that were requested by several identifiers, with the keys of these identifiers. */
function patientsOfSeveralIdentifiers(patients: ReadonlySet<PatientKey>): readonly OfSeveral[] {
  return remembered(ofSeveral, patients, () =>
    [...patients]
      .map((patient) => ({ patient, keys: identifiersOf(patient).map(identifierKey) }))
      .filter(({ keys }) => keys.length > 1),
  );
}

/** Lists are matched with many items, so values derived from a list are kept as long as the list. */
function remembered<T, V extends string>(
  known: WeakMap<ReadonlySet<V>, T>,
  list: ReadonlySet<V>,
  work: () => T,
): T {
  let result = known.get(list);
  if (result === undefined) {
    result = work();
    known.set(list, result);
  }
  return result;
}
