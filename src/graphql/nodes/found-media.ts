/** Makes Media of items; what an item does not state is taken from the field that loaded it. */
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

/**
 * The field that loaded the items: whose documents, and of which visit, it requested. It completes an item only if there is just
 * one possibility.
 */
export interface Origin {
  readonly destination: DestinationAlias;
  /** The patient to whom all items belong, whatever they state; null: each item states its patient. */
  readonly owner: PatientModel | null;
  /** The patients who were requested. */
  readonly requested: readonly PatientModel[];
  /** The visit to which all items belong. */
  readonly visit: VisitModel | null;
  /** Whether the visit is known to belong to one patient alone; that patient then leads back to the visit. */
  readonly isVisitOfOne: boolean;
}

/** The origin of items that were requested by a DocumentID or an id alone. */
export function originAt(destination: DestinationAlias, origin: Partial<Origin> = {}): Origin {
  return { owner: null, requested: [], visit: null, isVisitOfOne: false, ...origin, destination };
}

/** Makes Media of the items that were loaded at `origin`. */
export function mediaFactory(origin: Origin): (item: Item, ordinal: number) => MediaModel {
  const index = new OriginIndex(origin);
  return (item, ordinal) => new FoundMedia(item, ordinal, index);
}

/** Patient and visit are created when they are selected; most operations select neither. */
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
  /** Created when the patient of a document is selected and the field does not know the patient already. */
  #byFirstIdentifier: Map<string, PatientModel[]> | null = null;

  constructor({ destination, owner, requested, visit, isVisitOfOne }: Origin) {
    this.destination = destination;
    this.#owner = owner;
    this.#visit = visit;
    this.#from = isVisitOfOne ? visit : null;
    this.#requested = requested;
  }

  /** The patient whom the item names, with all its identifiers; if it has none, the only patient who was requested. */
  patientOf(item: Item): PatientModel | null {
    const { identifiers, attributedTo } = item;
    if (this.#owner !== null) return this.#owner;
    const requested = attributedTo ?? this.#requestedBy(identifiers)?.identifiers ?? [];
    // The requested identifiers come first, as for every patient who is requested by identifiers.
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
    // A visit that is reached again below itself stays the same, even if the destination spells its number differently.
    if (visit && (visitNumber === null || looseValue(visitNumber) === looseValue(visit.visitNumber)))
      return visit;
    return visitNumber === null ? null : createVisit(this.destination, visitNumber, this.patientOf(item));
  }
}
