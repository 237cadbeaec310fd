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
  /**
   * Whose it is by the call that brought it, where the destination names its patients otherwise than they are asked for and
   * is trusted in that (REDOX_ATTRIBUTION).
   */
  readonly attributedTo?: readonly [Identifier, ...Identifier[]];
  readonly visitNumber: string | null;
  /** Which of these are there, but cannot be read: unlike where they are absent, no filter of the query can vouch for them. */
  readonly unreadable?: readonly ('visitNumber' | 'documentType' | 'documentId')[];
  readonly documentId: string | null;
  readonly documentType: string | null;
  readonly documentDescription: string | null;
  readonly fileType: string | null;
  readonly fileName: string | null;
  readonly creationDateTime: string | null;
  readonly serviceDateTime: string | null;
  /** What stood in Redox's `FileContents`. */
  readonly contents: FileContents;
}

/** Nothing (null, absent, empty), a reference in place of the file (a URI of the web or a URN; opaque, never fetched), or a file. */
export type FileContents =
  | { readonly kind: 'none' }
  | { readonly kind: 'reference'; readonly uri: string }
  | InlineContents;

/** Text that should be base64 or a `data:` URI, set aside as it was read. */
export interface InlineContents {
  readonly kind: 'inline';
  /** Of the text as it was sent, in bytes. */
  readonly length: number;
  /** Of the text as it was sent. Equal for equal text, whatever else was done with it. */
  readonly checksum: string;
  /** `undecodable`: neither. `skipped`: no need asked for the file, or its caller may not have it. */
  readonly file: DecodedFile | 'undecodable' | 'skipped';
}

export interface DecodedFile {
  /** What a `data:` URI says that the file is: a media type, as a rule; null where it, or base64 alone, says nothing. */
  readonly statedType: string | null;
  readonly byteLength: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** For each whole megabyte (2^20), 64 bits of the SHA-256 of all bytes up to there, in base64url. */
  readonly checkpoints: readonly string[];
  /** The first few kilobytes, by which a type can be told. */
  readonly head: Buffer;
  /** All bytes, in order; null when they were not asked for, or too many. */
  readonly blocks: readonly Buffer[] | null;
}

/** What Redox says of a write that it accepted. */
export interface WriteReceipt {
  /** `Meta.Logs[].ID`: one for each destination. */
  readonly logIds: readonly string[];
  /** `Redox-Trace-Id`, for its support. */
  readonly traceId: string | null;
}

/** A QueryResponse, and the trace id of the answer that it came in. */
export interface MediaReply extends MediaMessage, Pick<WriteReceipt, 'traceId'> {}

export interface MediaMessage {
  readonly items: readonly Item[];
  /**
   * How many documents were left out because their patient is unreadable: they name one, but in a way that cannot be read. Unlike those that
   * name none, no filter of the query can vouch for them.
   */
  readonly unreadable: number;
  /** `Meta.Logs[].ID`, for support at Redox. */
  readonly logIds: readonly string[];
  /** Size of the whole message. */
  readonly bytes: number;
}
