/** What an event makes old is forgotten: all that this process remembers of what is not provably another patient's. */
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
 * An event counts as a write that was answered now: nothing that was asked before answers a question about its patient, calls in
 * flight are not joined, and what is asked soon after serves cursors and links alone.
 */
export class Forgetting implements InboxListener {
  readonly #orders: () => ReadonlyMap<string, Order>;

  /** `orders`: of all destinations, by alias. They are known once the first event arrives. */
  constructor(orders: () => ReadonlyMap<string, Order>) {
    this.#orders = orders;
  }

  recorded({ event }: RecordedEvent): void {
    const patient = patientOf(event);
    const removes = removedBy(event);
    const removed = removes === null ? null : patient.names.documentOf(removes);
    const order = event.destination === null ? undefined : this.#orders().get(event.destination);
    // It may be any destination's: also where another replica knows destinations that this one does not.
    if (order === undefined) this.#forgetAtAll(patient, removed);
    else order.begin(patient, removed).end();
  }

  /** Of all events that were missed it is not known whom they are about. */
  missed(): void {
    this.#forgetAtAll(ANY_PATIENT, null);
  }

  #forgetAtAll(patient: WrittenPatient, removed: string | null): void {
    for (const order of this.#orders().values()) order.begin(patient, removed).end();
  }
}

/** Of a patient who was read in part, no other is provably another one: the ID that was not read may be the one that a question names. */
function patientOf(event: RecordedEvent['event']): WrittenPatient {
  const isKnown = event.kind !== 'UNREADABLE' && event.isPatientPartlyRead !== true;
  return isKnown ? writtenPatient(event.identifiers) : ANY_PATIENT;
}

/** It may have been filed in another chart than that of the event's patient: by mistake, or before two charts were merged. */
function removedBy(event: RecordedEvent['event']): string | null {
  if (event.kind === 'DELETED') return event.documentId;
  return event.kind === 'REPLACED' ? event.originalDocumentId : null;
}
