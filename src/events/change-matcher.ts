/** Selects the events for a subscription: those that match its filter, about patients whom its caller's rights cover. */
import { type IdentifierKey, identifierKey } from '../media/model/keys.ts';
import { looseValue } from '../media/model/loose-value.ts';
import { hasAllIdentifiers } from '../media/model/patients.ts';
import { coversPatient, type Rights } from '../media/model/rights.ts';
import type { ChangeFilter, RequestedPatient } from './changes.ts';
import type { MediaChange, MediaChangeKind } from './media-change.ts';

/** A match, with the patient of the filter whom the event is about; null: the filter names no patients. */
export interface Match {
  readonly requested: RequestedPatient | null;
}

const ANY: Match = { requested: null };

export class ChangeMatcher {
  readonly filter: ChangeFilter;
  readonly #rights: Rights;
  /** By one of the identifiers that the patient must have. */
  readonly #patients: ReadonlyMap<IdentifierKey, readonly RequestedPatient[]> | null;
  readonly #visits: ReadonlySet<string> | null;
  readonly #types: ReadonlySet<string> | null;
  readonly #kinds: ReadonlySet<MediaChangeKind> | null;

  constructor(filter: ChangeFilter, rights: Rights) {
    const { patients, visitNumbers, documentTypes, kinds } = filter;
    this.filter = filter;
    this.#rights = rights;
    this.#patients = patients && Map.groupBy(patients, ([first]) => identifierKey(first));
    this.#visits = visitNumbers && new Set(visitNumbers.map(looseValue));
    this.#types = documentTypes && new Set(documentTypes.map(looseValue));
    this.#kinds = kinds && new Set(kinds);
  }

  /** Keys of the patients' first identifiers; null: the filter names no patients. */
  get patientKeys(): Iterable<IdentifierKey> | null {
    return this.#patients?.keys() ?? null;
  }

  /** In the form of `looseValue`; null: the filter names no visits. */
  get visits(): Iterable<string> | null {
    return this.#visits;
  }

  /** Null: the event does not match. */
  match(change: MediaChange): Match | null {
    const { destination, identifiers, kind, visitNumber, documentType } = change;
    if (destination !== this.filter.destination) return null;
    // An event that names no patient may be about any patient, so it matches no limit to certain patients, of the rights or of
    // the filter.
    if (this.#rights.patients !== 'all' && !coversPatient(this.#rights, identifiers)) return null;
    if (this.#kinds?.has(kind) === false) return null;
    if (!holdsLoosely(this.#visits, visitNumber) || !holdsLoosely(this.#types, documentType)) return null;
    if (this.#patients === null) return ANY;
    const requested = this.#requestedIn(change, this.#patients);
    return requested && { requested };
  }

  #requestedIn(
    { identifiers }: MediaChange,
    patients: ReadonlyMap<IdentifierKey, readonly RequestedPatient[]>,
  ): RequestedPatient | null {
    for (const identifier of identifiers) {
      const named = patients.get(identifierKey(identifier)) ?? [];
      const requested = named.find((patient) => hasAllIdentifiers(identifiers, patient));
      if (requested !== undefined) return requested;
    }
    return null;
  }
}

/** Matched loosely like documents, as destinations may spell a number or a type differently. */
function holdsLoosely(values: ReadonlySet<string> | null, stated: string | null): boolean {
  return values === null || (stated !== null && values.has(looseValue(stated)));
}
