/** The data of a chart in the sandbox: a flat list of documents, each with its patient; and their form in Redox's messages. */

export type DestinationAlias = 'general' | 'county';

/** Redox's `Identifiers[]` entry. */
export interface ChartIdentifier {
  readonly id: string;
  readonly idType: string;
}

/**
 * One document in a destination's store. An absent (undefined) property is left out of replies; null is sent as null. If
 * `visitNumber` is absent, the item has no `Visit`. If `identifiers` is empty, the item's `Patient` has no identifiers.
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

/** A patient of the seeded charts. Replies contain no patient or visit without documents; this list does. */
export interface ChartPatient {
  readonly destination: DestinationAlias;
  readonly identifiers: readonly ChartIdentifier[];
  readonly visitNumbers: readonly string[];
  readonly documents: readonly ChartDocument[];
}

/**
 * A document without what its patient states already. A function creates the contents each time they are needed: creating all
 * files of all charts at start would take too long.
 */
export interface DocumentDraft extends Omit<ChartDocument, 'destination' | 'identifiers' | 'fileContents'> {
  readonly fileContents?: string | null | undefined | (() => string);
}

/**
 * Creates a patient of `destination`, with identifiers given as `{ IDType: ID }`, and with the visits that its documents name.
 */
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
