/** Collects what one operation read of each patient, and the outcome. */
import { GatewayError } from '../errors.ts';
import { listedIn } from '../media/model/box.ts';
import { type DestinationAlias, identifiersOf, type PatientKey } from '../media/model/keys.ts';
import type { CallIds, NeedOutcome } from '../media/model/outcome.ts';
import type { Identifier } from '../redox/messages.ts';
import type { Work } from '../time-slices.ts';
import type { AccessEvent, AccessOutcome, PatientAccess } from './access.ts';
import {
  documentsOfAny,
  documentsOfNamed,
  type NamedDocument,
  type PatientDocuments,
} from './documents-by-patient.ts';

/** The record of one patient of one destination or, for a write, of one document. */
export class PatientRecord implements PatientAccess {
  readonly destination: DestinationAlias;
  readonly event: AccessEvent;
  readonly patient: PatientKey;
  readonly written: string | null;
  /** Values that distinguish the documents; null until there is one. */
  #documents: Set<unknown> | null = null;
  /** The calls of each need: one list may be shared by thousands of patients. Most patients have one list. */
  #calls: readonly CallIds[];
  #otherCalls: Set<readonly CallIds[]> | null = null;
  readonly #named: readonly Identifier[] | null;
  error: unknown = null;
  ageMs: number | null = null;

  constructor({ patient, identifiers }: PatientDocuments, [outcome, event]: Noted) {
    this.destination = outcome.need.destination;
    this.event = event;
    this.patient = patient;
    this.written = writtenBy(outcome, event);
    this.#named = identifiers;
    this.#calls = outcome.calls;
  }

  /** Adds one of a need's documents that belong to this patient. */
  addDocument(document: NamedDocument): void {
    this.#documents ??= new Set();
    this.#documents.add(document.documentId ?? document);
  }

  add({ items, error, calls, ageMs }: NeedOutcome): void {
    if (calls !== this.#calls) {
      this.#otherCalls ??= new Set();
      this.#otherCalls.add(calls);
    }
    if (items === null) this.error = error;
    if (ageMs !== null) this.ageMs = Math.max(this.ageMs ?? 0, ageMs);
  }

  get identifiers(): readonly Identifier[] {
    return this.#named ?? identifiersOf(this.patient);
  }

  get items(): number {
    return this.#documents?.size ?? 0;
  }

  get calls(): readonly CallIds[] {
    if (this.#otherCalls === null) return this.#calls;
    return [...new Set([this.#calls, ...this.#otherCalls].flat())];
  }

  get outcome(): AccessOutcome {
    return this.#documents === null ? outcomeOf(this.error) : 'answered';
  }
}

/** The number of patients, and of their documents, that are processed in some milliseconds. */
const GATHERED_AT_ONCE = 1000;

/** The recorded outcome of one need. */
export type Noted = readonly [NeedOutcome, AccessEvent];

/** One record for each patient of a destination, in the order of their first occurrence. It pauses at intervals. */
export function* gatherRecords(outcomes: readonly Noted[]): Work<readonly PatientRecord[]> {
  const records = new Records();
  let count = 0;
  for (const noted of outcomes) {
    const [outcome] = noted;
    for (const patient of documentsOfLone(outcome) ?? (yield* documentsByPatient(outcome))) {
      const record = records.recordOf(patient, noted);
      count += 1;
      if (count % GATHERED_AT_ONCE === 0) yield;
      for (const document of patient.documents) {
        record.addDocument(document);
        count += 1;
        if (count % GATHERED_AT_ONCE === 0) yield;
      }
    }
  }
  return records.all;
}

/**
 * By scope, which is a destination, or a document of a write there, and then by patient, so that keys of patients are not copied.
 */
class Records {
  readonly all: PatientRecord[] = [];
  readonly #places = new Map<string, Map<PatientKey, PatientRecord>>();

  recordOf(found: PatientDocuments, noted: Noted): PatientRecord {
    const place = this.#placeOf(noted);
    let record = place.get(found.patient);
    if (record === undefined) {
      record = new PatientRecord(found, noted);
      place.set(found.patient, record);
      this.all.push(record);
    }
    record.add(noted[0]);
    return record;
  }

  #placeOf([outcome, event]: Noted): Map<PatientKey, PatientRecord> {
    const { destination } = outcome.need;
    const written = writtenBy(outcome, event);
    // An alias contains no bracket, unlike JSON.
    const key = event === 'Query' ? destination : JSON.stringify([destination, event, written]);
    let place = this.#places.get(key);
    if (place === undefined) {
      place = new Map();
      this.#places.set(key, place);
    }
    return place;
  }
}

/** The id of the document that was to be written; null for a query. */
function writtenBy({ need }: NeedOutcome, event: AccessEvent): string | null {
  const [written = null] = event === 'Query' ? [] : listedIn(need.box.documents);
  return written;
}

/** Most queries name one patient, for which no steps are needed. */
function documentsOfLone({ need, items }: NeedOutcome): readonly PatientDocuments[] | null {
  const { patients } = need.box;
  if (patients === 'all' || patients.size !== 1) return null;
  // Including documents that name no patient.
  return [...patients].map((patient) => ({ patient, identifiers: null, documents: items ?? [] }));
}

function* documentsByPatient({ need, items }: NeedOutcome): Work<readonly PatientDocuments[]> {
  const { patients } = need.box;
  return patients === 'all' ? documentsOfAny(items ?? []) : yield* documentsOfNamed(items ?? [], patients);
}

/** The outcome of a need without a document. */
export function outcomeOf(error: unknown): AccessOutcome {
  if (error === null) return 'empty';
  return ['FORBIDDEN', 'BAD_USER_INPUT'].includes(codeOf(error) ?? '') ? 'refused' : 'failed';
}

export function codeOf(error: unknown): string | null {
  if (error === null) return null;
  return error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR';
}
