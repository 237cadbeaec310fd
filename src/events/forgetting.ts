/** Forgets what an event makes outdated: all remembered answers that are not provably about another patient. */
import type { WrittenPatient } from '../media/model/written-patient.ts';
import { writtenPatient } from '../media/model/written-patient.ts';
import type { InboxListener } from './inbox.ts';
import type { RecordedEvent } from './media-change.ts';

/** The order of writes and Media Queries of one destination (see WriteOrder). */
interface Order {
  begin(patient: WrittenPatient, removed: string | null): { end(): void };
}

const ANY_PATIENT = writtenPatient([]);

/**
 * An event counts as a write that was answered now: no earlier answer serves a query about its patient, queries do not join calls
 * in flight, and answers soon afterwards serve only cursors and links.
 */
export class Forgetting implements InboxListener {
  readonly #orders: () => ReadonlyMap<string, Order>;

  /** `orders`: those of all destinations, by alias. They are known when the first event arrives. */
  constructor(orders: () => ReadonlyMap<string, Order>) {
    this.#orders = orders;
  }

  recorded({ event }: RecordedEvent): void {
    const patient = patientOf(event);
    const removes = removedBy(event);
    const removed = removes === null ? null : patient.names.documentOf(removes);
    const order = event.destination === null ? undefined : this.#orders().get(event.destination);
    // It may belong to any destination, even if another replica knows destinations that this one does not.
    if (order === undefined) this.#forgetAtAll(patient, removed);
    else order.begin(patient, removed).end();
  }

  /** For missed events it is not known which patients they are about. */
  missed(): void {
    this.#forgetAtAll(ANY_PATIENT, null);
  }

  #forgetAtAll(patient: WrittenPatient, removed: string | null): void {
    for (const order of this.#orders().values()) order.begin(patient, removed).end();
  }
}

/**
 * If a patient's identifiers were read only in part, no other patient is provably another one: a query may name the ID that was
 * not read.
 */
function patientOf(event: RecordedEvent['event']): WrittenPatient {
  const isKnown = event.kind !== 'UNREADABLE' && event.isPatientPartlyRead !== true;
  return isKnown ? writtenPatient(event.identifiers) : ANY_PATIENT;
}

/** It may have been filed in another chart than that of the event's patient: by mistake, or before two charts were merged. */
function removedBy(event: RecordedEvent['event']): string | null {
  if (event.kind === 'DELETED') return event.documentId;
  return event.kind === 'REPLACED' ? event.originalDocumentId : null;
}
