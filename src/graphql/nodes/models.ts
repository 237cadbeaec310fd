/** The objects that resolvers pass to each other: a node holds what it was requested by, and what was loaded with it. */
import type { Placed } from '../../documents/order.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import type { DecodedFile, Identifier, Item } from '../../redox/messages.ts';
import type { CursorList } from './cursor.ts';

export interface PatientModel {
  readonly kind: 'Patient';
  readonly destination: DestinationAlias;
  /** The patient has ALL of them: those it was requested by, or those on the document it was reached through. Never empty. */
  readonly identifiers: readonly [Identifier, ...Identifier[]];
  /**
   * The patient was reached through a document, whose identifiers are all that is reported of it: no call is made to learn more.
   */
  readonly isOfDocument?: true;
  /** That document, where the operation has loaded it. */
  readonly document?: Item;
  /** The visit from which the patient was reached; it stays the same when it is reached again below. */
  readonly from?: VisitModel;
}

export interface VisitModel {
  readonly kind: 'Visit';
  readonly destination: DestinationAlias;
  readonly visitNumber: string;
  /** The patient through whom the visit was reached: the visit then contains only this patient's documents. */
  readonly patient: PatientModel | null;
}

export interface MediaModel {
  readonly kind: 'Media';
  /** The sealed id; only for a Media that was referred to by its id and has not been fetched. */
  readonly id?: string;
  readonly destination: DestinationAlias;
  readonly documentId: string | null;
  readonly item: Item;
  /** Numbers documents without a DocumentID that are equal in everything. */
  readonly ordinal: number;
  readonly patient: PatientModel | null;
  readonly visit: VisitModel | null;
}

export type NodeModel = PatientModel | VisitModel | MediaModel;

export interface ContentModel {
  readonly media: MediaModel;
  readonly file: DecodedFile;
}

export interface EdgeModel {
  readonly node: MediaModel;
  readonly placed: Placed;
  readonly cutFrom: CutFrom;
}

/** What a page was cut from: a list, and the answer that contained the list. */
export interface CutFrom {
  readonly list: CursorList;
  /** Null if the answer is not remembered. */
  answerId(): string | null;
}

export interface ConnectionModel {
  readonly edges: readonly EdgeModel[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number;
  /** When Redox sent the answer, in milliseconds since 1970. */
  readonly asOf: number;
}

/** A patient who is requested by identifiers. */
export function createPatient(
  destination: DestinationAlias,
  identifiers: PatientModel['identifiers'],
): PatientModel {
  return { kind: 'Patient', destination, identifiers };
}

/** A patient whom a document names; `from`: the visit whose only patient it is. `document`: null where it has not been loaded. */
export function createPatientOfDocument(
  destination: DestinationAlias,
  identifiers: PatientModel['identifiers'],
  from: VisitModel | null,
  document: Item | null,
): PatientModel {
  return {
    kind: 'Patient',
    destination,
    identifiers,
    isOfDocument: true,
    ...(document && { document }),
    ...(from && { from }),
  };
}

/** A visit of one patient, or of any patient; the visit from which the patient was reached stays the same. */
export function createVisit(
  destination: DestinationAlias,
  visitNumber: string,
  patient: PatientModel | null,
): VisitModel {
  if (patient?.from?.visitNumber === visitNumber) return patient.from;
  return { kind: 'Visit', destination, visitNumber, patient };
}
