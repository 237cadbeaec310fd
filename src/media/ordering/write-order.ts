/**
 * The writes and Media Queries of one destination in one order, so that no query is answered with what a write has made outdated.
 */
import type { Clock } from '../../clock.ts';
import type { Box } from '../model/box.ts';
import { identifiersOf, type PatientKey } from '../model/keys.ts';
import { type IdentifierNames, mayBe, type WrittenPatient } from '../model/written-patient.ts';
import { LastWrites } from './last-writes.ts';
import { laterOf, NEVER, type WriteTime } from './latest-write-times.ts';
import { RemovedDocuments, type ShownDocument } from './removed-documents.ts';

/** A write that was sent. */
export interface WriteUnderWay {
  /** The write was answered, or its outcome is not known and nothing more will be received. */
  end(): void;
}

/**
 * The rule: a query that begins after a write was sent is never answered from a Media Query that was sent before that write was
 * answered. Places in the order are increasing numbers.
 */
export class WriteOrder {
  readonly #clock: Pick<Clock, 'now'>;
  #place = 0;
  #begun = 0;
  readonly #underWay = new Map<
    WriteUnderWay,
    { readonly patient: WrittenPatient; readonly ended: Promise<void> }
  >();
  /** The answered writes, by how their patients are represented. */
  readonly #answered = new Map<IdentifierNames, LastWrites>();
  #last = NEVER;
  readonly #removed = new RemovedDocuments();
  #countAnswered = 0;
  /** Cached for long lists of patients until the next write is answered, as thousands of needs may share one list. */
  readonly #ofLists = new WeakMap<
    ReadonlySet<PatientKey>,
    { readonly count: number; readonly last: WriteTime }
  >();
  /** The place of the last answered write whose patient was never known. */
  #forgottenPlace = 0;
  #forgottenTimeMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** The number of writes that were sent. */
  get begun(): number {
    return this.#begun;
  }

  /** The place of a Media Query that is sent now. */
  nextPlace(): number {
    this.#place += 1;
    return this.#place;
  }

  /**
   * Records that a write about the patient is sent, or that an event reports one. `removed`: the document that it deletes or replaces,
   * as `patient.names` represents it.
   */
  begin(patient: WrittenPatient, removed: string | null = null): WriteUnderWay {
    this.#begun += 1;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const write = {
      end: () => {
        if (this.#underWay.delete(write)) this.#noteAnswered(patient, removed);
        resolve();
      },
    };
    this.#underWay.set(write, { patient, ended });
    return write;
  }

  /**
   * Settles when all writes are over that a query for this box, which begins now, must take into account; null when there are
   * none.
   */
  writesToAwait(box: Box): Promise<unknown> | null {
    if (this.#underWay.size === 0) return null;
    const ends = [...this.#underWay.values()]
      .filter(({ patient }) => concerns(box, patient))
      .map(({ ended }) => ended);
    return ends.length === 0 ? null : Promise.all(ends);
  }

  /** Whether no write that may concern this box was answered since a Media Query was sent. */
  isCurrent(box: Box, sentAt: number): boolean {
    if (sentAt < this.#forgottenPlace) return false;
    return this.#last.place < sentAt || this.#lastAbout(box).place < sentAt;
  }

  /**
   * Whether a query that begins now may wait for the reply of a Media Query in flight, which was sent at this place of the order.
   * It is not known yet which documents the reply contains. So after a document was deleted or replaced, no query joins a Media
   * Query that was sent before, whichever patient the write or the event named.
   */
  mayJoin(box: Box, sentAt: number): boolean {
    return this.#removed.last.place < sentAt && this.isCurrent(box, sentAt);
  }

  /**
   * Whether one of these documents was deleted or replaced at a time that counts, whichever patient the write or the event named: a
   * document that was filed in the wrong chart may be deleted in the name of the right patient. `counts`: see RemovedDocuments.
   */
  holdsRemoved(items: readonly ShownDocument[], counts: (time: WriteTime) => boolean): boolean {
    return this.#removed.holdsAny(items, counts);
  }

  /** Whether no write that may concern this box was answered at `timeMs` or later, in milliseconds of the clock. */
  isUnwrittenSince(box: Box, timeMs: number): boolean {
    if (timeMs <= this.#forgottenTimeMs) return false;
    return this.#last.timeMs < timeMs || this.#lastAbout(box).timeMs < timeMs;
  }

  /**
   * Records that writes were answered about which nothing else is known, at `timeMs` at the latest, in milliseconds of the clock:
   * every answer until now may be outdated.
   */
  forgetPatients(timeMs: number): void {
    this.#forgottenPlace = this.nextPlace();
    this.#forgottenTimeMs = Math.max(this.#forgottenTimeMs, timeMs);
  }

  #noteAnswered(patient: WrittenPatient, removed: string | null): void {
    this.#last = { place: this.nextPlace(), timeMs: this.#clock.now() };
    if (removed !== null) this.#removed.note(patient.names, removed, this.#last);
    this.#countAnswered += 1;
    let answered = this.#answered.get(patient.names);
    if (answered === undefined) {
      answered = new LastWrites(patient.names);
      this.#answered.set(patient.names, answered);
    }
    answered.note(patient, this.#last);
  }

  #lastAbout({ patients }: Box): WriteTime {
    if (patients === 'all') return this.#last;
    if (patients.size <= MAX_LIST_TO_COMPARE) return this.#lastAboutAny(patients);
    const known = this.#ofLists.get(patients);
    if (known?.count === this.#countAnswered) return known.last;
    const last = this.#lastAboutAny(patients);
    this.#ofLists.set(patients, { count: this.#countAnswered, last });
    return last;
  }

  #lastAboutAny(patients: ReadonlySet<PatientKey>): WriteTime {
    let last = NEVER;
    for (const patient of patients) {
      const identifiers = identifiersOf(patient);
      for (const answered of this.#answered.values()) last = laterOf(last, answered.lastAbout(identifiers));
    }
    return last;
  }
}

/** Results for longer lists are cached, as thousands of needs may share one list. */
const MAX_LIST_TO_COMPARE = 8;

const concerned = new WeakMap<WrittenPatient, WeakMap<ReadonlySet<PatientKey>, boolean>>();

/** True unless every patient that the box names is provably another one. A visit or a document alone names no patient. */
function concerns({ patients }: Box, written: WrittenPatient): boolean {
  if (patients === 'all') return true;
  if (patients.size <= MAX_LIST_TO_COMPARE) return concernsAny(patients, written);
  const known = concerned.get(written) ?? new WeakMap<ReadonlySet<PatientKey>, boolean>();
  concerned.set(written, known);
  const isConcerned = known.get(patients) ?? concernsAny(patients, written);
  known.set(patients, isConcerned);
  return isConcerned;
}

function concernsAny(patients: ReadonlySet<PatientKey>, written: WrittenPatient): boolean {
  for (const patient of patients) if (mayBe(written, identifiersOf(patient))) return true;
  return false;
}
