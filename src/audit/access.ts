/** One entry of the audit trail: what one operation read or wrote of one patient, and the outcome. */

import type { DestinationAlias, PatientKey } from '../media/model/keys.ts';
import type { CallIds } from '../media/model/outcome.ts';
import type { Identifier } from '../redox/messages.ts';

/** Redox's event type, which is a Media Query or one of the writes; or the upload of a file for a later write. */
export type AccessEvent = 'Query' | 'New' | 'Replace' | 'Delete' | 'Upload';

/**
 * `intended`: a write that is about to be sent. `answered`: with at least one document; for a write: accepted. `refused`: not
 * covered by the caller's rights, or invalid.
 */
export type AccessOutcome = 'intended' | 'answered' | 'empty' | 'refused' | 'failed';

/** The parts of an entry that concern a patient, besides those that concern the operation. */
export interface PatientAccess {
  /** Null of an upload. */
  readonly destination: DestinationAlias | null;
  readonly event: AccessEvent;
  /** The key of an empty list of identifiers stands for no known patient. */
  readonly patient: PatientKey;
  /** The identifiers of the key, in the order in which an entry names them. */
  readonly identifiers: readonly Identifier[];
  /** The id of the document that is written; null for a query, and for several documents. */
  readonly written: string | null;
  readonly outcome: AccessOutcome;
  readonly error: unknown;
  readonly items: number;
  readonly calls: readonly CallIds[];
  /** The age of the oldest remembered answer that was used; null if none was. */
  readonly ageMs: number | null;
  /** See `Access`. */
  readonly write?: string;
}

/** What the audit trail states about an operation. */
export interface AuditedOperation {
  readonly name: string | null;
  /** SHA-256 of the document's text, in hex. */
  readonly hash: string | null;
}

export interface Access {
  /** When the operation began, ISO 8601. */
  readonly time: string;
  readonly operation: AuditedOperation & { readonly event: AccessEvent };
  /** The `sub` of the caller's token. */
  readonly subject: string | null;
  /** The `client_id` or `azp` of the caller's token. */
  readonly client: string | null;
  /** SHA-256 of the caller's token in base64url, where it names neither. */
  readonly token?: string | undefined;
  /** The network address that the request came from. */
  readonly address: string;
  /** The alias of the destination; null for an upload, as the write that uses the file states its destinations. */
  readonly destination: string | null;
  /** An HMAC of the patient's identifiers. Null: no patient was named by the query or by a document, or several were refused. */
  readonly patient: string | null;
  /** Only with AUDIT_PATIENTS=plain: `IDType|ID`, as in the query if it names the patient, else as in the documents. */
  readonly identifiers?: readonly string[] | undefined;
  readonly outcome: AccessOutcome;
  /** The code of the error, even if other fields about the same patient succeeded. */
  readonly code: string | null;
  /** The number of distinct documents that the caller received. */
  readonly items: number;
  readonly redoxLogIds: readonly string[];
  /** `Redox-Trace-Id` of the same replies, if there was one: the only reference to a reply without log ids. */
  readonly redoxTraceIds?: readonly string[] | undefined;
  /** This gateway's ids of the upstream calls. Operations that shared a call have the same id. */
  readonly calls: readonly string[];
  /**
   * The age of the remembered answer that was used, whose calls were made for another operation; of several, the oldest. Absent
   * if none was used.
   */
  readonly ageSeconds?: number | undefined;
  readonly durationMs: number;
  /** For a write or an upload that was sent: the same id in the entry that announces it and in the entry of its outcome. */
  readonly write?: string | undefined;
  /** An HMAC of the id of the document that is written. Absent if a refusal concerns several documents. */
  readonly document?: string | undefined;
  /** If several patients were refused: their number, and the hashes of the first of them. */
  readonly refused?: { readonly count: number; readonly patients: readonly string[] } | undefined;
  /** The number of identifiers, log ids, trace ids and calls that were left out, so that the line stays short. */
  readonly omitted?: number | undefined;
}
