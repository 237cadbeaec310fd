/** The project's own types for what goes to Redox and what comes back; Redox's JSON stops at this border. */

/** Redox's `Identifiers[]` entry: `ID` and `IDType`, compared exactly, never case-folded. */
export interface Identifier {
  readonly id: string;
  readonly idType: string;
}

/**
 * The filters of one Media Query (Redox: top-level `Patients`, `VisitNumbers`, `DocumentTypes`, `DocumentIDs`).
 * An absent filter means "all". Each entry of `patients` is one patient, who must have ALL its identifiers.
 */
export interface MediaQuery {
  readonly patients?: readonly (readonly Identifier[])[];
  readonly visitNumbers?: readonly string[];
  readonly documentTypes?: readonly string[];
  readonly documentIds?: readonly string[];
}

/** One entry of a QueryResponse's `Media[]`. Null, absent and `{}` upstream all read as null or `[]`. */
export interface Item {
  readonly identifiers: readonly Identifier[];
  readonly visitNumber: string | null;
  readonly documentId: string | null;
  readonly documentType: string | null;
  readonly documentDescription: string | null;
  readonly fileType: string | null;
  readonly fileName: string | null;
  readonly creationDateTime: string | null;
  readonly serviceDateTime: string | null;
  /** Redox's `FileContents`, still encoded. */
  readonly contents: FileContents;
}

/**
 * What stood in `FileContents`: nothing (null, absent, empty), a reference in place of the file (any URI; opaque,
 * never fetched), text that should be base64, or such text withheld from a caller who may not read it. `checksum` (CRC-32) and
 * `length` are of the text as sent.
 */
export type FileContents =
  | { readonly kind: 'none' }
  | { readonly kind: 'reference'; readonly uri: string }
  | { readonly kind: 'inline'; readonly text: string; readonly length: number; readonly checksum: number }
  | { readonly kind: 'withheld'; readonly length: number; readonly checksum: number };

export interface MediaReply {
  readonly items: readonly Item[];
  /** `Meta.Logs[].ID`, for support at Redox. */
  readonly logIds: readonly string[];
  /** Size of the whole message. */
  readonly bytes: number;
}
