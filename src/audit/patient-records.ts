/** Gathers what one operation read of each patient, and what came of it. */
import { GatewayError } from '../errors.ts';
import { listedIn } from '../media/model/box.ts';
import type { PatientKey } from '../media/model/keys.ts';
import type { CallIds, NeedOutcome } from '../media/model/outcome.ts';
import type { Identifier } from '../redox/messages.ts';
import type { Work } from '../turns.ts';
import type { AccessEvent, AccessOutcome } from './access.ts';
import {
  documentsOfAny,
  documentsOfNamed,
  type NamedDocument,
  type PatientDocuments,
} from './documents-by-patient.ts';

/** What one record is about: a patient of a destination, and one document of a write. */
interface RecordKey {
  readonly destination: string;
  readonly event: AccessEvent;
  readonly identifiers: readonly Identifier[];
  /** Of the identifiers. */
  readonly patient: PatientKey;
  readonly written: string | null;
}

/** What is known of one patient of one destination. */
export class PatientRecord {
  readonly destination: string;
  readonly event: AccessEvent;
  /** Empty: of no known patient. */
  readonly identifiers: readonly Identifier[];
  readonly patient: PatientKey;
  /** The id of the document that was to be written; null for a query. */
  readonly written: string | null;
  readonly documents = new Set<unknown>();
  /** The calls of each need: one list may be that of thousands of patients. */
  readonly calls = new Set<readonly CallIds[]>();
  error: unknown = null;
  /** Of the oldest remembered answer that it was read from; null where there is none. */
  ageMs: number | null = null;

  constructor({ destination, event, identifiers, patient, written }: RecordKey) {
    this.destination = destination;
    this.event = event;
    this.identifiers = identifiers;
    this.patient = patient;
    this.written = written;
  }

  /** One of a need's documents that are this patient's. */
  addDocument(document: NamedDocument): void {
    this.documents.add(document.documentId ?? document);
  }

  add({ items, error, calls, ageMs }: NeedOutcome): void {
    this.calls.add(calls);
    if (items === null) this.error = error;
    if (ageMs !== null) this.ageMs = Math.max(this.ageMs ?? 0, ageMs);
  }

  get outcome(): AccessOutcome {
    return this.documents.size > 0 ? 'answered' : outcomeOf(this.error);
  }
}

/** Some milliseconds: patients, and documents of theirs. */
const GATHERED_AT_ONCE = 1000;

/** What was noted of one need. */
export type Noted = readonly [NeedOutcome, AccessEvent];

/** One record for each patient of a destination, in the order in which they were met. Stops now and then. */
export function* gatherRecords(outcomes: readonly Noted[]): Work<readonly PatientRecord[]> {
  const records = new Map<string, PatientRecord>();
  let count = 0;
  for (const noted of outcomes) {
    for (const patient of yield* documentsByPatient(noted[0])) {
      const record = recordOf(patient, noted, records);
      count += 1;
      if (count % GATHERED_AT_ONCE === 0) yield;
      for (const document of patient.documents) {
        record.addDocument(document);
        count += 1;
        if (count % GATHERED_AT_ONCE === 0) yield;
      }
    }
  }
  return [...records.values()];
}

function recordOf(
  { identifiers, patient }: PatientDocuments,
  [outcome, event]: Noted,
  records: Map<string, PatientRecord>,
): PatientRecord {
  const { destination, box } = outcome.need;
  const [written = null] = event === 'Query' ? [] : listedIn(box.documents);
  // No two places have the same text: a key of a patient says how long its parts are, and only that of a write is JSON.
  const place = written === null ? `|${event}|${destination}` : JSON.stringify([destination, event, written]);
  const key = `${patient}${place}`;
  let record = records.get(key);
  if (record === undefined) {
    record = new PatientRecord({ destination, event, identifiers, patient, written });
    records.set(key, record);
  }
  record.add(outcome);
  return record;
}

function* documentsByPatient({ need: { box }, items }: NeedOutcome): Work<readonly PatientDocuments[]> {
  if (box.patients === 'all') return documentsOfAny(items ?? []);
  return yield* documentsOfNamed(items ?? [], box.patients);
}

/** Of what brought no document. */
export function outcomeOf(error: unknown): AccessOutcome {
  if (error === null) return 'empty';
  return ['FORBIDDEN', 'BAD_USER_INPUT'].includes(codeOf(error) ?? '') ? 'refused' : 'failed';
}

export function codeOf(error: unknown): string | null {
  if (error === null) return null;
  return error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR';
}
