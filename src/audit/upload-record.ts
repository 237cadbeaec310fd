/**
 * Records one upload in the audit trail: an entry that announces it, before any byte of its file is sent, and one of its outcome.
 * It names no patient and no destination: the write that uses the file does, in entries of its own.
 */
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import type { PatientAccess } from './access.ts';
import { outcomeOf } from './patient-records.ts';
import { NO_PATIENT } from './trail.ts';
import type { WriteRecordOptions } from './write-record.ts';

export class UploadRecord {
  readonly #options: WriteRecordOptions;
  /** The id that its two entries have in common; null: nothing was sent. */
  #id: string | null = null;

  constructor(options: WriteRecordOptions) {
    this.#options = options;
  }

  /** @throws OVERLOADED when it cannot be recorded: then nothing may be sent. */
  async intend(): Promise<void> {
    const id = randomUUID();
    await this.#record({ outcome: 'intended', items: 0, write: id, error: null, calls: [] });
    this.#id = id;
  }

  /**
   * `error`: null when Redox has the file; otherwise the reason why not, even if nothing was sent. @throws OVERLOADED when it
   * cannot be recorded. The upload may then be sent again, as no write uses this one.
   */
  async settle(error: unknown): Promise<void> {
    const id = this.#id;
    const { logIds = [], traceId = null } = (error instanceof GatewayError && error.details.redox) || {};
    await this.#record({
      outcome: error === null ? 'answered' : outcomeOf(error),
      items: error === null ? 1 : 0,
      error,
      ...(id !== null && { write: id }),
      calls: id === null ? [] : [{ id, logIds, traceId }],
    });
  }

  async #record(what: Pick<PatientAccess, 'outcome' | 'items' | 'error' | 'calls' | 'write'>): Promise<void> {
    const { log, trail, deadline } = this.#options;
    const about = {
      destination: null,
      event: 'Upload',
      patient: NO_PATIENT,
      identifiers: [],
      written: null,
      ageMs: null,
    } as const;
    await log.record([trail.describe({ ...about, ...what })], deadline);
  }
}
