/** Records one write in the audit trail: an entry that announces it, before anything is sent, and one of its outcome. */
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import { type DestinationAlias, patientKey } from '../media/model/keys.ts';
import { createNeed } from '../media/model/need.ts';
import type { Identifier, WriteReceipt } from '../redox/messages.ts';
import type { Access, AccessEvent, PatientAccess } from './access.ts';
import type { AuditLog } from './audit-log.ts';
import { outcomeOf } from './patient-records.ts';
import type { AuditTrail } from './trail.ts';

export interface AuditedWrite {
  readonly type: AccessEvent;
  readonly destinations: readonly DestinationAlias[];
  readonly identifiers: readonly Identifier[];
  readonly documentId: string;
}

export interface WriteRecordOptions {
  readonly log: AuditLog;
  readonly trail: AuditTrail;
  /** The deadline of the operation, in milliseconds of the clock. */
  readonly deadline: number;
}

export class WriteRecord {
  readonly #write: AuditedWrite;
  readonly #options: WriteRecordOptions;
  /** The id that its entries have in common, for each destination; null: nothing was sent. */
  #ids: ReadonlyMap<DestinationAlias, string> | null = null;

  constructor(write: AuditedWrite, options: WriteRecordOptions) {
    this.#write = write;
    this.#options = options;
  }

  /** @throws OVERLOADED when it cannot be recorded: then nothing may be sent. */
  async intend(): Promise<void> {
    const { log, deadline } = this.#options;
    const ids = new Map(this.#write.destinations.map((destination) => [destination, randomUUID()]));
    const what = { outcome: 'intended', items: 0, error: null, logIds: [], traceId: null } as const;
    await log.record(this.#describe(ids, what), deadline);
    this.#ids = ids;
    this.#options.trail.hasSentWrite = true;
  }

  /**
   * `error`: null when Redox has accepted it. A write that was never sent is recorded by the operation's own entries. @throws
   * with outcome UNKNOWN when it was sent and this cannot be recorded: it must not be sent again.
   */
  async settle({ logIds, traceId }: WriteReceipt, error: unknown): Promise<void> {
    if (this.#ids === null) return this.#leaveToOperation({ logIds, traceId }, error);
    const { log, deadline } = this.#options;
    const outcome = error === null ? 'answered' : outcomeOf(error);
    const items = error === null ? 1 : 0;
    const entries = this.#describe(this.#ids, { outcome, items, error, logIds, traceId });
    try {
      await log.record(entries, deadline);
    } catch (cause) {
      throw unknownOutcome(cause);
    }
  }

  #describe(
    ids: ReadonlyMap<DestinationAlias, string>,
    { logIds, traceId, ...what }: Pick<PatientAccess, 'outcome' | 'items' | 'error'> & WriteReceipt,
  ): Access[] {
    const { type: event, identifiers, documentId: written } = this.#write;
    const patient = patientKey(identifiers);
    return [...ids].map(([destination, write]) => {
      const calls = what.outcome === 'intended' ? [] : [{ id: write, logIds, traceId }];
      return this.#options.trail.describe({
        ...what,
        destination,
        event,
        patient,
        identifiers,
        written,
        write,
        calls,
        ageMs: null,
      });
    });
  }

  /** The patient has the same hash as in queries. A repeated result names the original call. */
  #leaveToOperation(receipt: WriteReceipt, error: unknown): void {
    const { type, destinations, identifiers, documentId } = this.#write;
    const items = error === null ? [{ identifiers, documentId }] : null;
    const id = receipt.logIds[0] ?? receipt.traceId;
    const calls = id === null ? [] : [{ id, ...receipt }];
    for (const destination of destinations) {
      const need = createNeed(destination, { patients: [identifiers], documentIds: [documentId] });
      this.#options.trail.note({ need, items, error, calls, ageMs: null }, type);
    }
  }
}

/** The caller must not send it again, but look in the chart for its outcome. */
export function unknownOutcome(cause: unknown): GatewayError {
  return new GatewayError('INTERNAL_SERVER_ERROR', { retryable: false, outcome: 'UNKNOWN', cause });
}
