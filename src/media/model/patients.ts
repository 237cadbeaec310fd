/** Determines when identifiers name the same patient, and to which patients a list of items belongs. */
import type { Identifier, Item } from '../../redox/messages.ts';
import { type IdentifierKey, identifierKey } from './keys.ts';

/** Whether `known` contains all of `wanted`, as exact (ID, IDType) pairs: a patient is named by all requested identifiers. */
export function hasAllIdentifiers(known: readonly Identifier[], wanted: readonly Identifier[]): boolean {
  return wanted.every(({ id, idType }) => known.some((one) => one.id === id && one.idType === idType));
}

/** All known identifiers of one patient, in the order of their first occurrence. Never empty. */
export type KnownIdentifiers = [Identifier, ...Identifier[]];

/** The known identifiers of one patient, and the items about the patient. */
export interface PatientItems<T> {
  readonly identifiers: KnownIdentifiers;
  readonly items: readonly T[];
}

/** The part of an item that names its patient. */
type Identified = Pick<Item, 'identifiers'>;

/**
 * The distinct patients among the items. Two items belong to one patient when they have an exact (ID, IDType) pair in common;
 * items without identifiers name no patient. Patients without a common pair count as different, since nothing shows that they are
 * the same.
 */
export function distinctPatients(items: readonly Identified[]): readonly KnownIdentifiers[] {
  let patients = known.get(items);
  if (patients === undefined) {
    patients = itemsByPatient(items).map(({ identifiers }) => identifiers);
    known.set(items, patients);
  }
  return patients;
}

/** Cached for a list of items, as several fields may need the result: for thousands of items it takes milliseconds to compute. */
const known = new WeakMap<readonly Identified[], readonly KnownIdentifiers[]>();

/** The same, with the items of each patient. Patients, identifiers and items are in the order of their first occurrence. */
export function itemsByPatient<T extends Identified>(items: readonly T[]): PatientItems<T>[] {
  const sets = new IdentifierSets();
  const indexes = items.map(({ identifiers }) => sets.join(identifiers));
  const patients = new Map<number, { identifiers: KnownIdentifiers; items: T[] }>();
  for (const [at, identifier] of sets.identifiers.entries()) {
    const root = sets.rootOf(at);
    const patient = patients.get(root);
    if (patient) patient.identifiers.push(identifier);
    else patients.set(root, { identifiers: [identifier], items: [] });
  }
  for (const [at, item] of items.entries()) {
    const index = indexes[at];
    if (index !== undefined) patients.get(sets.rootOf(index))?.items.push(item);
  }
  return [...patients.values()];
}

/** Union-find: a reply may name thousands of patients, who must not be compared with each other one by one. */
class IdentifierSets {
  /**
   * Each identifier once, in the order of its first occurrence. Here identifiers are numbers, so that texts are looked up once.
   */
  readonly identifiers: Identifier[] = [];
  readonly #numbers = new Map<IdentifierKey, number>();
  readonly #parents: number[] = [];

  /** Records that the identifiers belong to one patient. Returns the number of the first one; undefined if there is none. */
  join([first, ...others]: readonly Identifier[]): number | undefined {
    if (first === undefined) return undefined;
    const number = this.#numberOf(first);
    for (const other of others) {
      const [root, joined] = [this.rootOf(number), this.rootOf(this.#numberOf(other))];
      if (joined !== root) this.#parents[joined] = root;
    }
    return number;
  }

  /** The representative of the set that contains the number. */
  rootOf(number: number): number {
    let root = number;
    for (
      let parent = this.#parents[root];
      parent !== undefined && parent !== root;
      parent = this.#parents[root]
    ) {
      // Each step halves the path for the next search.
      const grandparent = this.#parents[parent] ?? parent;
      this.#parents[root] = grandparent;
      root = grandparent;
    }
    return root;
  }

  #numberOf(identifier: Identifier): number {
    const key = identifierKey(identifier);
    const number = this.#numbers.get(key);
    if (number !== undefined) return number;
    const next = this.identifiers.length;
    this.#numbers.set(key, next);
    this.#parents.push(next);
    this.identifiers.push(identifier);
    return next;
  }
}
