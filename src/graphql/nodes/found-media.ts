/** The Media of items, with what their items leave unsaid taken from where they were found. */
import { identifierKey } from '../../media/model/box.ts';
import type { Identifier, Item } from '../../redox/messages.ts';
import { createPatient, createVisit, type MediaModel, type PatientModel, type VisitModel } from './models.ts';

/** Where media were looked for: it speaks for an item only where one thing alone can be meant. */
export interface Origin {
  readonly destination: string;
  /** The patients asked for. */
  readonly patients: readonly PatientModel[];
  /** The visit whose media they are. */
  readonly visit: VisitModel | null;
}

/** Makes the Media of items that were found at `origin`. */
export function mediaFactory(origin: Origin): (item: Item, twin: number) => MediaModel {
  const index = new OriginIndex(origin);
  return (item, twin) => new FoundMedia(item, twin, index);
}

/** Patient and visit are made when they are asked for: most operations select neither. */
class FoundMedia implements MediaModel {
  readonly kind = 'Media';
  readonly item: Item;
  readonly twin: number;
  readonly #index: OriginIndex;

  constructor(item: Item, twin: number, index: OriginIndex) {
    this.item = item;
    this.twin = twin;
    this.#index = index;
  }

  get destination(): string {
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
  readonly destination: string;
  readonly #visit: VisitModel | null;
  readonly #onlyPatient: PatientModel | null;
  readonly #byFirstIdentifier: Map<string, PatientModel[]>;

  constructor({ destination, patients, visit }: Origin) {
    this.destination = destination;
    this.#visit = visit;
    this.#onlyPatient = patients.length === 1 ? (patients[0] ?? null) : null;
    this.#byFirstIdentifier = Map.groupBy(patients, ({ identifiers }) => identifierKey(identifiers[0]));
  }

  /** The asked patient whom the item names, or else whom it names first, or the only one that can be meant. */
  patientOf({ identifiers }: Item): PatientModel | null {
    const [first] = identifiers;
    if (first === undefined) return this.#onlyPatient;
    const asked = identifiers
      .flatMap((identifier) => this.#byFirstIdentifier.get(identifierKey(identifier)) ?? [])
      .find((patient) => patient.identifiers.every((one) => includes(identifiers, one)));
    return asked ?? createPatient(this.destination, [first]);
  }

  visitOf(item: Item): VisitModel | null {
    const { visitNumber } = item;
    const visit = this.#visit;
    if (visit && (visitNumber === null || visitNumber === visit.visitNumber)) return visit;
    return visitNumber === null ? null : createVisit(this.destination, visitNumber, this.patientOf(item));
  }
}

function includes(identifiers: readonly Identifier[], { id, idType }: Identifier): boolean {
  return identifiers.some((one) => one.id === id && one.idType === idType);
}
