/** Finds the patients that an item may be about without comparing it with all: an item is not provably another one's. */
import type { Identifier } from '../../redox/messages.ts';
import { identifiersOf, type PatientKey } from '../model/keys.ts';
import { looseValue } from '../model/loose-value.ts';

/** Patients who were asked for by identifiers of the same IDTypes: callers use few combinations of them. */
interface OfTypes<T> {
  readonly types: ReadonlySet<string>;
  readonly values: Set<T>;
}

/** Values by patients, each patient given by its key (see `patientKey`). */
export class PatientIndex<T> {
  readonly #byIdentifier = new Map<string, Set<T>>();
  readonly #byTypes = new Map<string, OfTypes<T>>();

  add(patient: PatientKey, value: T): void {
    const identifiers = identifiersOf(patient);
    for (const identifier of identifiers) {
      const key = looseKey(identifier);
      const values = this.#byIdentifier.get(key);
      if (values) values.add(value);
      else this.#byIdentifier.set(key, new Set([value]));
    }
    const types = new Set(identifiers.map(({ idType }) => idType));
    const key = JSON.stringify([...types].sort());
    const known = this.#byTypes.get(key);
    if (known) known.values.add(value);
    else this.#byTypes.set(key, { types, values: new Set([value]) });
  }

  /**
   * The values of all patients whom these identifiers may name, and perhaps of more: those who share one, loosely, and
   * those none of whose IDTypes is among them, of whom nothing can be said.
   */
  candidatesOf(identifiers: readonly Identifier[]): Set<T> {
    const found = new Set<T>();
    for (const identifier of identifiers) addAll(found, this.#byIdentifier.get(looseKey(identifier)));
    for (const { types, values } of this.#byTypes.values()) {
      if (!identifiers.some(({ idType }) => types.has(idType))) addAll(found, values);
    }
    return found;
  }
}

function looseKey({ id, idType }: Identifier): string {
  return `${idType.length}:${idType}${looseValue(id)}`;
}

function addAll<T>(found: Set<T>, values: Iterable<T> = []): void {
  for (const value of values) found.add(value);
}
