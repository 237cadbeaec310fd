/** Writes the entries of one operation: those of its writes while they are sent, all others before its response is sent. */
import { type Clock, nextTurn } from '../clock.ts';
import type { NeedOutcome } from '../media/model/outcome.ts';
import type { AuditedOperation } from './access.ts';
import type { AuditLog } from './audit-log.ts';
import { AuditTrail, type TrailOptions } from './trail.ts';
import { UploadRecord } from './upload-record.ts';
import { type AuditedWrite, unknownOutcome, WriteRecord } from './write-record.ts';

export interface OperationAuditOptions extends TrailOptions {
  readonly log: AuditLog;
  /** In milliseconds of the clock. */
  readonly deadline: number;
}

export class OperationAudit {
  readonly #log: AuditLog;
  readonly #clock: Clock;
  readonly #deadline: number;
  readonly #trail: AuditTrail;

  constructor({ log, deadline, ...options }: OperationAuditOptions) {
    this.#log = log;
    this.#clock = options.clock;
    this.#deadline = deadline;
    this.#trail = new AuditTrail(options);
  }

  /** Called before a patient is accessed, as the entries of writes state their operation. */
  begin(operation: AuditedOperation): void {
    this.#trail.operation = operation;
  }

  readonly note = (outcome: NeedOutcome): void => {
    this.#trail.note(outcome);
  };

  recordWrite(write: AuditedWrite): WriteRecord {
    return new WriteRecord(write, { log: this.#log, trail: this.#trail, deadline: this.#deadline });
  }

  recordUpload(): UploadRecord {
    return new UploadRecord({ log: this.#log, trail: this.#trail, deadline: this.#deadline });
  }

  /** @throws OVERLOADED, or with outcome UNKNOWN after a write, when the response must not be sent. */
  async end(): Promise<void> {
    try {
      for (const _ of this.#trail.prepare()) await nextTurn(this.#clock);
      await this.#log.record(this.#trail.entries(), this.#deadline);
    } catch (error) {
      throw this.#trail.hasSentWrite ? unknownOutcome(error) : error;
    }
  }
}
