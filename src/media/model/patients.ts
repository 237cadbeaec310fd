/** When identifiers name the same patient, and which patients a list of items is about. */
import type { Identifier, Item } from '../../redox/messages.ts';
import { type IdentifierKey, identifierKey } from './keys.ts';

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
export function distinctPatients(items: readonly Identified[]): readonly KnownIdentifiers[] {
  let patients = known.get(items);
  if (patients === undefined) {
    patients = itemsByPatient(items).map(({ identifiers }) => identifiers);
    known.set(items, patients);
  }
  return patients;
}

/** Of one list of items, which several fields may ask about: of thousands, to find it again costs milliseconds each. */
const known = new WeakMap<readonly Identified[], readonly KnownIdentifiers[]>();

/** The same, each patient with its items. Patients, identifiers and items are in the order they were met. */
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
  /** Each once, in the order they were met. Here they are numbers: texts are looked up once. */
  readonly identifiers: Identifier[] = [];
  readonly #numbers = new Map<IdentifierKey, number>();
  readonly #parents: number[] = [];

  /** They are of one patient. Returns the number of the first of them; undefined for none. */
  join([first, ...others]: readonly Identifier[]): number | undefined {
    if (first === undefined) return undefined;
    const number = this.#numberOf(first);
    for (const other of others) {
      const [root, joined] = [this.rootOf(number), this.rootOf(this.#numberOf(other))];
      if (joined !== root) this.#parents[joined] = root;
    }
    return number;
  }

  /** What stands for the set that the number is in. */
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
