/** The Media of items, with what their items leave unsaid taken from where they were found. */
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

/** Where media were looked for: it speaks for an item only where one thing alone can be meant. */
export interface Origin {
  readonly destination: DestinationAlias;
  /** Whose media they all are, however an item names that patient; null: the items say. */
  readonly owner: PatientModel | null;
  /** The patients searched for. */
  readonly asked: readonly PatientModel[];
  /** The visit whose media they are. */
  readonly visit: VisitModel | null;
  /** Whether that visit is known to be of one patient alone, who then leads back to it. */
  readonly isVisitOfOne: boolean;
}

/** Media that were asked for by nothing but themselves. */
export function originAt(destination: DestinationAlias, origin: Partial<Origin> = {}): Origin {
  return { owner: null, asked: [], visit: null, isVisitOfOne: false, ...origin, destination };
}

/** Makes the Media of items that were found at `origin`. */
export function mediaFactory(origin: Origin): (item: Item, ordinal: number) => MediaModel {
  const index = new OriginIndex(origin);
  return (item, ordinal) => new FoundMedia(item, ordinal, index);
}

/** Patient and visit are made when they are asked for: most operations select neither. */
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
  readonly #onlyAsked: PatientModel | null;
  readonly #byFirstIdentifier: Map<string, PatientModel[]>;

  constructor({ destination, owner, asked, visit, isVisitOfOne }: Origin) {
    this.destination = destination;
    this.#owner = owner;
    this.#visit = visit;
    this.#from = isVisitOfOne ? visit : null;
    this.#onlyAsked = asked.length === 1 ? (asked[0] ?? null) : null;
    this.#byFirstIdentifier = Map.groupBy(asked, ({ identifiers }) => identifierKey(identifiers[0]));
  }

  /** Whom the item names, by all that it says; where it says nothing, the only one that can be meant. */
  patientOf({ identifiers, attributedTo }: Item): PatientModel | null {
    if (this.#owner !== null) return this.#owner;
    const asked = attributedTo ?? this.#askedBy(identifiers)?.identifiers ?? [];
    // What it was searched by comes first, as it does of any patient who is asked for.
    const distinct = new Map([...asked, ...identifiers].map((one) => [identifierKey(one), one]));
    const [first, ...others] = distinct.values();
    if (first === undefined) return this.#onlyAsked;
    return createPatientOfDocument(this.destination, [first, ...others], this.#from);
  }

  #askedBy(identifiers: readonly Identifier[]): PatientModel | undefined {
    return identifiers
      .flatMap((identifier) => this.#byFirstIdentifier.get(identifierKey(identifier)) ?? [])
      .find((patient) => hasAllIdentifiers(identifiers, patient.identifiers));
  }

  visitOf(item: Item): VisitModel | null {
    const { visitNumber } = item;
    const visit = this.#visit;
    // Reached again below itself it stays the same, though the destination writes its number otherwise.
    if (visit && (visitNumber === null || looseValue(visitNumber) === looseValue(visit.visitNumber)))
      return visit;
    return visitNumber === null ? null : createVisit(this.destination, visitNumber, this.patientOf(item));
  }
}
