/** Where lines of the audit trail go. */

export interface Sink {
  /**
   * Takes the whole text, or throws and takes nothing of it. What it returns resolves when the text is written, at once
   * where there is nothing to wait for, and rejects when it is lost.
   */
  write(text: string): void | Promise<void>;
  /** @throws when it is known that the next write would fail. */
  check(): void;
  close(): void;
}

/** Why nothing can be written, as the log names it. */
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
