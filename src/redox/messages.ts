/** The gateway's own types for requests to Redox and for replies; Redox's JSON is not used outside of `src/redox`. */

import type { FileKind } from '../files/file-kind.ts';

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

/** What Redox says of a document, in an entry of a QueryResponse's `Media[]` as in the `Media` of an event. Null: it does not say. */
export interface DocumentDetails {
  readonly documentId: string | null;
  readonly documentType: string | null;
  readonly documentDescription: string | null;
  readonly fileType: string | null;
  readonly fileName: string | null;
  readonly creationDateTime: string | null;
  readonly serviceDateTime: string | null;
}

/** One entry of a QueryResponse's `Media[]`. Null, absent and `{}` are all read as null or `[]`. */
export interface Item extends DocumentDetails {
  readonly identifiers: readonly Identifier[];
  /**
   * The patient that the call was for, where the destination names its patients by other identifiers than the query did and is
   * trusted (REDOX_ATTRIBUTION).
   */
  readonly attributedTo?: readonly [Identifier, ...Identifier[]];
  readonly visitNumber: string | null;
  /**
   * The properties that are present but cannot be read. Unlike for an absent property, the filters of the query say nothing about
   * its value.
   */
  readonly unreadable?: readonly ('visitNumber' | 'documentType' | 'documentId')[];
  /** Redox's `FileContents`. */
  readonly contents: FileContents;
}

/** Nothing (null, absent, empty), a reference in place of the file (an http URI or a URN; opaque, never fetched), or a file. */
export type FileContents =
  | { readonly kind: 'none' }
  | { readonly kind: 'reference'; readonly uri: string }
  | InlineContents;

/** A file in a reply: text that should be base64 or a `data:` URI. */
export interface InlineContents {
  readonly kind: 'inline';
  /** The length of the text as it was sent, in bytes. */
  readonly length: number;
  /** The checksum of the text as it was sent. It is equal for equal texts, however the file is treated. */
  readonly checksum: string;
  /** `undecodable`: the text is neither. `skipped`: no need requires the file, or the caller's rights do not cover it. */
  readonly file: DecodedFile | 'undecodable' | 'skipped';
}

export interface DecodedFile {
  /**
   * The type that a `data:` URI states, normally a media type, with its charset; null if it states none, and for base64 alone.
   */
  readonly statedType: string | null;
  readonly byteLength: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** In hexadecimal. */
  readonly checkpoints: readonly string[];
  /** The first few kilobytes, by which a type can be recognised; empty if `kind` is set. */
  readonly head: Buffer;
  /** The kind of the file; absent until it was determined so that the head is no longer needed. */
  readonly kind?: FileKind;
  /** Whether all bytes together are UTF-8. */
  readonly isUtf8: boolean;
  /** All bytes, in order; null when no need requires them, or when there are too many. */
  readonly blocks: readonly Buffer[] | null;
}

/** Redox's acknowledgement of a write that it accepted. */
export interface WriteReceipt {
  /** `Meta.Logs[].ID`: one for each destination. */
  readonly logIds: readonly string[];
  /** `Redox-Trace-Id`, for its support. */
  readonly traceId: string | null;
}

/** A QueryResponse, and the trace id of the HTTP response with it. */
export interface MediaReply extends MediaMessage, Pick<WriteReceipt, 'traceId'> {}

export interface MediaMessage {
  readonly items: readonly Item[];
  /**
   * How many documents were left out because they name a patient in a form that cannot be read. Unlike for documents that name
   * none, the filters of the query say nothing about the patient.
   */
  readonly unreadable: number;
  /** `Meta.Logs[].ID`, for support at Redox. */
  readonly logIds: readonly string[];
  /** Size of the whole message. */
  readonly bytes: number;
}
