/** When identifiers name the same patient, and which patients a list of items is about. */
import type { Identifier, Item } from '../../redox/messages.ts';
import { identifierKey } from './keys.ts';
import { looseValue } from './loose-value.ts';

/** Whether `known` holds all of `wanted`, as exact (ID, IDType) pairs: a patient is named by all identifiers asked for. */
export function hasAllIdentifiers(known: readonly Identifier[], wanted: readonly Identifier[]): boolean {
  return wanted.every(({ id, idType }) => known.some((one) => one.id === id && one.idType === idType));
}

/** All identifiers that are known of one patient, in the order they were met. Never empty. */
export type KnownIdentifiers = [Identifier, ...Identifier[]];

/** What is known of one patient, and the items about it. */
export interface PatientItems<T> {
  readonly identifiers: KnownIdentifiers;
  readonly items: readonly T[];
}

/** The part of an item that says which patient it is about. */
type Identified = Pick<Item, 'identifiers'>;

/**
 * The distinct patients among the items. Two items are about one patient when they share an exact (ID, IDType) pair;
 * items without identifiers say nothing. Patients who share none are different, since nothing says they are the same.
 */
export function distinctPatients(items: readonly Identified[]): KnownIdentifiers[] {
  return itemsByPatient(items).map(({ identifiers }) => identifiers);
}

/** The same, each patient with its items. Patients, identifiers and items are in the order they were met. */
export function itemsByPatient<T extends Identified>(items: readonly T[]): PatientItems<T>[] {
  const identifiers = new Map<string, Identifier>();
  const sets = new DisjointSets();
  for (const item of items) {
    const keys = item.identifiers.map(identifierKey);
    for (const [at, identifier] of item.identifiers.entries()) identifiers.set(keys[at] ?? '', identifier);
    for (const key of keys) sets.join(keys[0] ?? '', key);
  }
  const known = Map.groupBy(identifiers, ([key]) => sets.find(key));
  const about = Map.groupBy(
    items.filter((item) => item.identifiers.length > 0),
    ({ identifiers: [first] }) => (first ? sets.find(identifierKey(first)) : ''),
  );
  return [...known].flatMap(([root, entries]) => {
    const [first, ...others] = entries.map(([, identifier]) => identifier);
    return first ? [{ identifiers: [first, ...others], items: about.get(root) ?? [] }] : [];
  });
}

/** Union-find: a reply may name thousands of patients, who must not be compared with each other one by one. */
class DisjointSets {
  readonly #parents = new Map<string, string>();

  /** What stands for the set that the key is in. */
  find(key: string): string {
    let root = key;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root)) {
      // Each step halves the path for the next search.
      const grandparent = this.#parents.get(parent);
      if (grandparent !== undefined) this.#parents.set(root, grandparent);
      root = grandparent ?? parent;
    }
    return root;
  }

  join(one: string, other: string): void {
    const [root, joined] = [this.find(one), this.find(other)];
    if (joined !== root) this.#parents.set(joined, root);
  }
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
