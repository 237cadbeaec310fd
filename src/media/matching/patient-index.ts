/**
 * Finds the patients to whom an item may belong without comparing it with all patients: those for whom its identifiers do not
 * prove otherwise.
 */
import type { Identifier } from '../../redox/messages.ts';
import {
  identifiersOf,
  type LooseIdentifierKey,
  looseIdentifierKey,
  type PatientKey,
} from '../model/keys.ts';

/** Patients who were requested by identifiers of the same IDTypes; callers use few combinations of types. */
interface OfTypes<T> {
  readonly types: ReadonlySet<string>;
  readonly values: Set<T>;
}

/** Values by patients; each patient is given by its key (see `patientKey`). */
export class PatientIndex<T> {
  readonly #byIdentifier = new Map<LooseIdentifierKey, Set<T>>();
  readonly #byTypes = new Map<string, OfTypes<T>>();
  /** The last result: items of one patient, which share their list of identifiers, usually follow each other. */
  #last: { readonly identifiers: readonly Identifier[]; readonly found: ReadonlySet<T> } | null = null;

  add(patient: PatientKey, value: T): void {
    this.#last = null;
    const identifiers = identifiersOf(patient);
    for (const identifier of identifiers) {
      const key = looseIdentifierKey(identifier);
      const values = this.#byIdentifier.get(key);
      if (values) values.add(value);
      else this.#byIdentifier.set(key, new Set([value]));
    }
    const key = typesKey(identifiers);
    const known = this.#byTypes.get(key);
    if (known) known.values.add(value);
    else {
      const types = new Set(identifiers.map(({ idType }) => idType));
      this.#byTypes.set(key, { types, values: new Set([value]) });
    }
  }

  /**
   * The values of all patients whom these identifiers may name, and perhaps of more: patients with a loosely equal identifier,
   * and patients without any of these IDTypes, about whom nothing can be proved.
   */
  candidatesOf(identifiers: readonly Identifier[]): ReadonlySet<T> {
    if (this.#last?.identifiers !== identifiers) {
      this.#last = { identifiers, found: this.#find(identifiers) };
    }
    return this.#last.found;
  }

  #find(identifiers: readonly Identifier[]): ReadonlySet<T> {
    const found: ReadonlySet<T>[] = [];
    for (const identifier of identifiers) {
      const values = this.#byIdentifier.get(looseIdentifierKey(identifier));
      if (values !== undefined) found.push(values);
    }
    for (const { types, values } of this.#byTypes.values()) {
      if (!identifiers.some(({ idType }) => types.has(idType))) found.push(values);
    }
    const [first = NONE, second] = found;
    return second === undefined ? first : new Set(found.flatMap((values) => [...values]));
  }
}

const NONE: ReadonlySet<never> = new Set();

/** Equal for equal IDTypes, as the identifiers in a key are ordered. Nearly all patients are requested by one identifier. */
function typesKey(identifiers: readonly Identifier[]): string {
  const [only, second] = identifiers;
  if (only !== undefined && second === undefined) return `1${only.idType}`;
  return JSON.stringify([...new Set(identifiers.map(({ idType }) => idType))]);
}
