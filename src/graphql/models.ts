/** What resolvers hand to each other: a node is what it was asked by, and what came with it. */
import { identifierKey } from '../media/box.ts';
import type { Order, Placed } from '../media/order.ts';
import type { Identifier, Item } from '../redox/messages.ts';

export interface PatientModel {
  readonly kind: 'Patient';
  readonly destination: string;
  /** Asked by; the patient has ALL of them. Never empty. */
  readonly identifiers: readonly [Identifier, ...Identifier[]];
  /** The visit it was reached from: that visit, reached again below, stays the same. */
  readonly from?: VisitModel;
}

export interface VisitModel {
  readonly kind: 'Visit';
  readonly destination: string;
  readonly visitNumber: string;
  /** Reached through this patient, so only this patient's. */
  readonly patient: PatientModel | null;
}

export interface MediaModel {
  readonly kind: 'Media';
  readonly destination: string;
  readonly item: Item;
  /** Counts documents without a DocumentID that are equal in everything. */
  readonly twin: number;
  readonly patient: PatientModel | null;
  readonly visit: VisitModel | null;
}

export type NodeModel = PatientModel | VisitModel | MediaModel;

export interface ContentModel {
  /** Decoded. */
  readonly bytes: Buffer;
  readonly fileType: string | null;
}

export interface EdgeModel {
  readonly node: MediaModel;
  readonly placed: Placed;
  readonly order: Order;
}

export interface ConnectionModel {
  readonly edges: readonly EdgeModel[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number;
}

/** Where media were looked for: what an item leaves unsaid is taken from here, where only one thing can be meant. */
export interface Origin {
  readonly destination: string;
  /** The patients asked for. */
  readonly patients: readonly PatientModel[];
  /** The visit whose media they are. */
  readonly visit: VisitModel | null;
}

/** Makes the Media of items that were found at `origin`. */
export function mediaFactory(origin: Origin): (item: Item, twin: number) => MediaModel {
  const { destination, patients, visit } = origin;
  const byFirst = Map.groupBy(patients, (patient) => identifierKey(patient.identifiers[0]));
  const onlyPatient = patients.length === 1 ? (patients[0] ?? null) : null;

  const patientOf = ({ identifiers }: Item): PatientModel | null => {
    const [first] = identifiers;
    if (first === undefined) return onlyPatient;
    const asked = identifiers
      .flatMap((identifier) => byFirst.get(identifierKey(identifier)) ?? [])
      .find((patient) => patient.identifiers.every((one) => includes(identifiers, one)));
    return asked ?? createPatient(destination, [first]);
  };

  const visitOf = ({ visitNumber }: Item, patient: PatientModel | null): VisitModel | null => {
    if (visit && (visitNumber === null || visitNumber === visit.visitNumber)) return visit;
    return visitNumber === null ? null : createVisit(destination, visitNumber, patient);
  };

  return (item, twin) => {
    const patient = patientOf(item);
    return { kind: 'Media', destination, item, twin, patient, visit: visitOf(item, patient) };
  };
}

function includes(identifiers: readonly Identifier[], { id, idType }: Identifier): boolean {
  return identifiers.some((one) => one.id === id && one.idType === idType);
}

export function createPatient(
  destination: string,
  identifiers: PatientModel['identifiers'],
  from?: VisitModel,
): PatientModel {
  return { kind: 'Patient', destination, identifiers, ...(from && { from }) };
}

/** A visit of a patient, or anybody's; the one that the patient was reached from stays the same. */
export function createVisit(
  destination: string,
  visitNumber: string,
  patient: PatientModel | null,
): VisitModel {
  if (patient?.from?.visitNumber === visitNumber) return patient.from;
  return { kind: 'Visit', destination, visitNumber, patient };
}
