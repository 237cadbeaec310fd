/** The destination of the lines of the audit trail. */

export interface Sink {
  /**
   * Accepts the whole text, or throws and accepts none of it. The returned promise resolves when the text is written, and rejects
   * when it is lost; nothing is returned if there is nothing to wait for.
   */
  write(text: string): void | Promise<void>;
  /** @throws when it is known that the next write would fail. */
  check(): void;
  close(): void;
}

/** Why nothing can be written, under the name that the log uses. */
type SinkProblem =
  | 'AUDIT_FILE_MISSING'
  | 'AUDIT_FILE_REPLACED'
  | 'AUDIT_FILE_TRUNCATED'
  | 'AUDIT_FILE_WRITTEN_BY_ANOTHER'
  | 'AUDIT_FILE_IN_USE'
  | 'AUDIT_FILE_UNKNOWN'
  | 'AUDIT_READER_SLOW'
  | 'AUDIT_READER_STOPPED';

export class SinkError extends Error {
  readonly code: SinkProblem;

  constructor(code: SinkProblem) {
    super(code);
    this.name = 'SinkError';
    this.code = code;
  }
}
