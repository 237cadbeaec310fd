/** Makes Media of items; what an item leaves unsaid is taken from where it was looked for. */
import type { DestinationAlias } from '../../media/model/keys.ts';
import { identifierKey } from '../../media/model/keys.ts';
import { looseValue } from '../../media/model/loose-value.ts';
import { hasAllIdentifiers } from '../../media/model/patients.ts';
import type { Identifier, Item } from '../../redox/messages.ts';
import {
  createPatientOfDocument,
  createVisit,
  type MediaModel,
  type PatientModel,
  type VisitModel,
} from './models.ts';

/** Where items were looked for. It speaks for an item only where there is one possibility. */
export interface Origin {
  readonly destination: DestinationAlias;
  /** The patient to whom all items belong, whatever they say; null: the items say it themselves. */
  readonly owner: PatientModel | null;
  /** The patients who were searched for. */
  readonly requested: readonly PatientModel[];
  /** The visit to which all items belong. */
  readonly visit: VisitModel | null;
  /** Whether the visit is known to be of one patient alone; the patient then leads back to the visit. */
  readonly isVisitOfOne: boolean;
}

/** The origin of items that were looked for by a DocumentID or an id alone. */
export function originAt(destination: DestinationAlias, origin: Partial<Origin> = {}): Origin {
  return { owner: null, requested: [], visit: null, isVisitOfOne: false, ...origin, destination };
}

/** Makes Media of the items that were found at `origin`. */
export function mediaFactory(origin: Origin): (item: Item, ordinal: number) => MediaModel {
  const index = new OriginIndex(origin);
  return (item, ordinal) => new FoundMedia(item, ordinal, index);
}

/** Its patient and visit are made when they are selected; most operations select neither. */
class FoundMedia implements MediaModel {
  readonly kind = 'Media';
  readonly item: Item;
  readonly ordinal: number;
  readonly #index: OriginIndex;

  constructor(item: Item, ordinal: number, index: OriginIndex) {
    this.item = item;
    this.ordinal = ordinal;
    this.#index = index;
  }

  get destination(): DestinationAlias {
    return this.#index.destination;
  }

  get documentId(): string | null {
    return this.item.documentId;
  }

  get patient(): PatientModel | null {
    return this.#index.patientOf(this.item);
  }

  get visit(): VisitModel | null {
    return this.#index.visitOf(this.item);
  }
}

class OriginIndex {
  readonly destination: DestinationAlias;
  readonly #owner: PatientModel | null;
  readonly #visit: VisitModel | null;
  readonly #from: VisitModel | null;
  readonly #requested: readonly PatientModel[];
  /** Made when a document's patient is selected that the field does not know already. */
  #byFirstIdentifier: Map<string, PatientModel[]> | null = null;

  constructor({ destination, owner, requested, visit, isVisitOfOne }: Origin) {
    this.destination = destination;
    this.#owner = owner;
    this.#visit = visit;
    this.#from = isVisitOfOne ? visit : null;
    this.#requested = requested;
  }

  /** The patient whom the item names, by all its identifiers; if it has none, the only patient who was searched for. */
  patientOf(item: Item): PatientModel | null {
    const { identifiers, attributedTo } = item;
    if (this.#owner !== null) return this.#owner;
    const requested = attributedTo ?? this.#requestedBy(identifiers)?.identifiers ?? [];
    // The identifiers that were searched for come first, as they do for every patient who is asked for.
    const distinct = new Map([...requested, ...identifiers].map((one) => [identifierKey(one), one]));
    const [first, ...others] = distinct.values();
    if (first === undefined) return this.#requested.length === 1 ? (this.#requested[0] ?? null) : null;
    return createPatientOfDocument(this.destination, [first, ...others], this.#from, item);
  }

  #requestedBy(identifiers: readonly Identifier[]): PatientModel | undefined {
    this.#byFirstIdentifier ??= Map.groupBy(this.#requested, ({ identifiers: [first] }) =>
      identifierKey(first),
    );
    const byFirstIdentifier = this.#byFirstIdentifier;
    return identifiers
      .flatMap((identifier) => byFirstIdentifier.get(identifierKey(identifier)) ?? [])
      .find((patient) => hasAllIdentifiers(identifiers, patient.identifiers));
  }

  visitOf(item: Item): VisitModel | null {
    const { visitNumber } = item;
    const visit = this.#visit;
    // A visit that is reached again below itself stays the same, even when the destination writes its number differently.
    if (visit && (visitNumber === null || looseValue(visitNumber) === looseValue(visit.visitNumber)))
      return visit;
    return visitNumber === null ? null : createVisit(this.destination, visitNumber, this.patientOf(item));
  }
}
