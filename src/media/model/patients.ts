/** Which patients a list of items is about, by the identifiers that the items share. */
import type { Identifier, Item } from '../../redox/messages.ts';
import { identifierKey } from './box.ts';
import { looseValue } from './loose-value.ts';

/** All identifiers that are known of one patient, in the order they were met. Never empty. */
export type KnownIdentifiers = [Identifier, ...Identifier[]];

/**
 * The distinct patients among the items. Two items are about one patient when they share an exact (ID, IDType) pair;
 * items without identifiers say nothing. Patients who share none are different, since nothing says they are the same.
 */
export function distinctPatients(items: readonly Pick<Item, 'identifiers'>[]): KnownIdentifiers[] {
  let patients: Map<string, Identifier>[] = [];
  for (const { identifiers } of items) {
    if (identifiers.length === 0) continue;
    const known = new Map(identifiers.map((identifier) => [identifierKey(identifier), identifier]));
    const same = patients.filter((patient) => known.keys().some((key) => patient.has(key)));
    const [first, ...others] = same;
    if (first === undefined) {
      patients.push(known);
      continue;
    }
    for (const more of [...others, known]) for (const [key, identifier] of more) first.set(key, identifier);
    if (others.length > 0) patients = patients.filter((patient) => !others.includes(patient));
  }
  return patients.flatMap((patient) => {
    const [first, ...others] = patient.values();
    return first ? [[first, ...others] satisfies KnownIdentifiers] : [];
  });
}

/** Whether a patient with these identifiers is provably another one than some known patient. */
export type IsAnotherPatient = (identifiers: readonly Identifier[]) => boolean;

/**
 * A patient is provably another one when it has an identifier of an IDType that this one has too, and none of those is the
 * same. A record number proves nothing about an EHR id; an ID that differs only in case, blanks or leading zeros proves
 * nothing either, since destinations store those differently.
 */
export function isAnotherThan(identifiers: readonly Identifier[]): IsAnotherPatient {
  const known = new Map<string, Set<string>>();
  for (const { idType, id } of identifiers) {
    const ids = known.get(idType);
    if (ids) ids.add(looseValue(id));
    else known.set(idType, new Set([looseValue(id)]));
  }
  return (others) => {
    const comparable = others.filter(({ idType }) => known.has(idType));
    return (
      comparable.length > 0 && !comparable.some(({ idType, id }) => known.get(idType)?.has(looseValue(id)))
    );
  };
}
