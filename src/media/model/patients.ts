/** Which patients a list of items is about, by the identifiers that the items share. */
import type { Identifier, Item } from '../../redox/messages.ts';
import { identifierKey } from './box.ts';

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
