/** One entry of the audit trail: what one operation read, or wrote, of one patient, and what came of it. */

import type { DestinationAlias, PatientKey } from '../media/model/keys.ts';
import type { CallIds } from '../media/model/outcome.ts';
import type { Identifier } from '../redox/messages.ts';

/** Redox's event type, which is a Media Query or one of the writes; or a file that is sent to Redox for a later write. */
export type AccessEvent = 'Query' | 'New' | 'Replace' | 'Delete' | 'Upload';

/**
 * `intended`: a write that is about to be sent. `answered`: with at least one document; of a write, accepted. `refused`: not
 * covered by the caller's rights, or not acceptable.
 */
export type AccessOutcome = 'intended' | 'answered' | 'empty' | 'refused' | 'failed';

/** What an entry says of a patient, beside what it says of the operation. */
export interface PatientAccess {
  /** Null of an upload. */
  readonly destination: DestinationAlias | null;
  readonly event: AccessEvent;
  /** The key of no identifiers: no known patient. */
  readonly patient: PatientKey;
  /** Those of the key, in the order in which an entry names them. */
  readonly identifiers: readonly Identifier[];
  /** The id of the document that is written; null for a query, and for several. */
  readonly written: string | null;
  readonly outcome: AccessOutcome;
  readonly error: unknown;
  readonly items: number;
  readonly calls: readonly CallIds[];
  /** Of the oldest remembered answer that it was read from; null where there is none. */
  readonly ageMs: number | null;
  /** See `Access`. */
  readonly write?: string;
}

/** What the audit trail says of an operation. */
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
  /** Its alias; null of an upload, as the write that uses the file says where it goes. */
  readonly destination: string | null;
  /** An HMAC of the patient's identifiers. Null: no patient was named by the query or by a document, or several were refused. */
  readonly patient: string | null;
  /** Only with AUDIT_PATIENTS=plain: `IDType|ID`, as the query names the patient, else as the documents do. */
  readonly identifiers?: readonly string[] | undefined;
  readonly outcome: AccessOutcome;
  /** Of the error, also where other fields about the same patient were answered. */
  readonly code: string | null;
  /** How many distinct documents the caller received. */
  readonly items: number;
  readonly redoxLogIds: readonly string[];
  /** `Redox-Trace-Id` of the same replies, where there was one: the only handle on a reply without log ids. */
  readonly redoxTraceIds?: readonly string[] | undefined;
  /** This gateway's ids of the upstream calls. Operations that shared a call have the same id. */
  readonly calls: readonly string[];
  /**
   * The age of the remembered answer that it was read from, whose calls were another operation's; of several, of the oldest.
   * Absent where none was remembered.
   */
  readonly ageSeconds?: number | undefined;
  readonly durationMs: number;
  /** Of a write or an upload that was sent: the same in the entry that intends it and in the entry of its outcome. */
  readonly write?: string | undefined;
  /** An HMAC of the id of the document that is written. Not of several whom a refusal is about. */
  readonly document?: string | undefined;
  /** Where several patients were refused: how many, and the hashes of the first of them. */
  readonly refused?: { readonly count: number; readonly patients: readonly string[] } | undefined;
  /** How many identifiers, log ids, trace ids and calls were left out, so that the line stays short. */
  readonly omitted?: number | undefined;
}
