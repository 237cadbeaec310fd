/** Who saw what, as it is kept: one entry for each patient of an operation, or for a query that names none. */

export type AccessEvent = 'Query' | 'New' | 'Replace' | 'Delete';

/** `answered`: with at least one document; `refused`: not covered by the caller's rights, or not acceptable. */
export type AccessOutcome = 'answered' | 'empty' | 'refused' | 'failed';

export interface Access {
  /** When the operation began, ISO 8601. */
  readonly time: string;
  readonly operation: {
    readonly name: string | null;
    /** SHA-256 of the document's text, in hex. */
    readonly hash: string | null;
    /** Redox's event type. */
    readonly event: AccessEvent;
  };
  /** Of the caller's token. */
  readonly subject: string | null;
  readonly client: string | null;
  /** Alias. */
  readonly destination: string;
  /** Keyed hash of the patient's identifiers; null: the query named no patient, and no document came. */
  readonly patient: string | null;
  /** Only with AUDIT_PATIENTS=plain: `IDType|ID`, as asked by, or as the documents name the patient. */
  readonly identifiers?: readonly string[];
  readonly outcome: AccessOutcome;
  /** Of what was refused or failed, also where other fields about the same patient were answered. */
  readonly code: string | null;
  /** Distinct documents that the caller received. */
  readonly items: number;
  readonly redoxLogIds: readonly string[];
  /** `Redox-Trace-Id` of the same calls, where there was one: without log ids, the one handle on a response. */
  readonly redoxTraceIds?: readonly string[];
  /** Upstream calls, by ids of this gateway; operations that shared a call have the same. */
  readonly calls: readonly string[];
  readonly durationMs: number;
}
