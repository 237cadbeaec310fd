/** What a chart of the sandbox is: a flat list of documents, each saying whose it is; and how Redox spells one. */

export type DestinationAlias = 'general' | 'county';

/** Redox's `Identifiers[]` entry. */
export interface ChartIdentifier {
  readonly id: string;
  readonly idType: string;
}

/**
 * One document in a destination's store. An absent (undefined) member is left out of replies; null is sent as null.
 * `visitNumber` absent: the item has no `Visit`. `identifiers` empty: the item's `Patient` has no identifiers.
 */
export interface ChartDocument {
  readonly destination: DestinationAlias;
  readonly identifiers: readonly ChartIdentifier[];
  readonly visitNumber?: string | null | undefined;
  readonly documentId?: string | null | undefined;
  readonly documentType?: string | null | undefined;
  readonly documentDescription?: string | null | undefined;
  readonly fileType?: string | null | undefined;
  readonly fileName?: string | null | undefined;
  /** As sent in FileContents: usually base64. */
  readonly fileContents?: string | null | undefined;
  readonly creationDateTime?: string | null | undefined;
  readonly serviceDateTime?: string | null | undefined;
}

/** A patient of the seeded charts. Replies know nothing of a patient or a visit without documents; this does. */
export interface ChartPatient {
  readonly destination: DestinationAlias;
  readonly identifiers: readonly ChartIdentifier[];
  readonly visitNumbers: readonly string[];
  readonly documents: readonly ChartDocument[];
}

/**
 * What a patient's documents are made from: a document less what the patient already says. A function makes the contents
 * each time they are asked for: all files of all charts are more than a start has time for.
 */
export interface DocumentDraft extends Omit<ChartDocument, 'destination' | 'identifiers' | 'fileContents'> {
  readonly fileContents?: string | null | undefined | (() => string);
}

/** A patient of `destination`, with identifiers given as `{ IDType: ID }` and visits as its documents name them. */
export function makePatient(
  destination: DestinationAlias,
  identifiersByType: Readonly<Record<string, string>>,
  drafts: readonly DocumentDraft[],
  visitsWithoutDocuments: readonly string[] = [],
): ChartPatient {
  const identifiers = Object.entries(identifiersByType).map(([idType, id]) => ({ id, idType }));
  const documents = drafts.map((draft) => makeDocument({ destination, identifiers }, draft));
  const named = drafts.flatMap((draft) => draft.visitNumber ?? []);
  return {
    destination,
    identifiers,
    visitNumbers: [...new Set([...named, ...visitsWithoutDocuments])],
    documents,
  };
}

function makeDocument(
  patient: Pick<ChartDocument, 'destination' | 'identifiers'>,
  { fileContents, ...fields }: DocumentDraft,
): ChartDocument {
  if (typeof fileContents !== 'function') return { ...patient, ...fields, fileContents };
  return {
    ...patient,
    ...fields,
    get fileContents() {
      return fileContents();
    },
  };
}

/** An entry of a QueryResponse's `Media[]`; undefined members disappear when it is printed. */
export function toRedoxItem(document: ChartDocument): unknown {
  return {
    Patient: { Identifiers: document.identifiers.map(({ id, idType }) => ({ ID: id, IDType: idType })) },
    Visit: document.visitNumber === undefined ? undefined : { VisitNumber: document.visitNumber },
    FileType: document.fileType,
    FileName: document.fileName,
    FileContents: document.fileContents,
    DocumentType: document.documentType,
    DocumentID: document.documentId,
    DocumentDescription: document.documentDescription,
    CreationDateTime: document.creationDateTime,
    ServiceDateTime: document.serviceDateTime,
  };
}
