/** What resolvers hand to each other: a node is what it was asked by, and what came with it. */
import type { Order, Placed } from '../../documents/order.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import type { DecodedFile, Identifier, Item } from '../../redox/messages.ts';

export interface PatientModel {
  readonly kind: 'Patient';
  readonly destination: DestinationAlias;
  /** Asked by, or on the document that it was reached through; the patient has ALL of them. Never empty. */
  readonly identifiers: readonly [Identifier, ...Identifier[]];
  /** Reached through a document: what that says of it is known, so that no call is made to learn more. */
  readonly isOfDocument?: true;
  /** Out of a sealed id, which whoever opens it need not have the rights to read. */
  readonly isOpened?: true;
  /** The visit it was reached from: that visit, reached again below, stays the same. */
  readonly from?: VisitModel;
}

export interface VisitModel {
  readonly kind: 'Visit';
  readonly destination: DestinationAlias;
  readonly visitNumber: string;
  /** Reached through this patient, so only this patient's. */
  readonly patient: PatientModel | null;
}

export interface MediaModel {
  readonly kind: 'Media';
  /** Sealed; only of a Media that was referred to by it and not fetched. */
  readonly id?: string;
  readonly destination: DestinationAlias;
  readonly documentId: string | null;
  readonly item: Item;
  /** Counts documents without a DocumentID that are equal in everything. */
  readonly ordinal: number;
  readonly patient: PatientModel | null;
  readonly visit: VisitModel | null;
}

export type NodeModel = PatientModel | VisitModel | MediaModel;

/** A write that Redox accepted. */
export interface WrittenModel {
  /** The first that it went to. */
  readonly destination: DestinationAlias;
  readonly identifiers: PatientModel['identifiers'];
  readonly documentId: string;
  readonly redoxLogIds: readonly string[];
  readonly clientMutationId: string | null;
}

export interface ContentModel {
  readonly media: MediaModel;
  readonly file: DecodedFile;
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

/** A patient who is asked for. */
export function createPatient(
  destination: DestinationAlias,
  identifiers: PatientModel['identifiers'],
): PatientModel {
  return { kind: 'Patient', destination, identifiers };
}

/** The patient whom a document names; `from`: the visit whose only patient it is. */
export function createPatientOfDocument(
  destination: DestinationAlias,
  identifiers: PatientModel['identifiers'],
  from: VisitModel | null,
): PatientModel {
  return { kind: 'Patient', destination, identifiers, isOfDocument: true, ...(from && { from }) };
}

/** A visit of a patient, or anybody's; the one that the patient was reached from stays the same. */
export function createVisit(
  destination: DestinationAlias,
  visitNumber: string,
  patient: PatientModel | null,
): VisitModel {
  if (patient?.from?.visitNumber === visitNumber) return patient.from;
  return { kind: 'Visit', destination, visitNumber, patient };
}
