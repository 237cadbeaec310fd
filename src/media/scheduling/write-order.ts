/** One destination's writes and Media Queries in one order: no question is answered with what a write made old. */
import type { Clock } from '../../clock.ts';
import type { Box } from '../model/box.ts';
import { identifiersOf, type PatientKey } from '../model/keys.ts';
import type { IsAnotherPatient } from '../model/patients.ts';

/** A write that was sent. */
export interface WriteUnderWay {
  /** It was answered, or it is not known what came of it and nothing more will be heard. */
  end(): void;
}

interface Answered {
  readonly isAnother: IsAnotherPatient;
  readonly at: number;
  /** In milliseconds of the clock. */
  readonly time: number;
}

/**
 * So many answered writes are known by their patients; those before them count for every patient. Only those of the last
 * minutes are ever looked at, while a call was in flight, an operation open, or an answer remembered: within Redox's quota,
 * some thousands, most of which are queries.
 */
const MAX_ANSWERED = 512;

/**
 * The rule: a question that begins after a write was sent is never answered from a Media Query that was sent before that
 * write was answered. Places in the order are numbers that only grow.
 */
export class WriteOrder {
  readonly #clock: Pick<Clock, 'now'>;
  #place = 0;
  #begun = 0;
  readonly #underWay = new Map<
    WriteUnderWay,
    { readonly isAnother: IsAnotherPatient; readonly ended: Promise<void> }
  >();
  /** Oldest first. */
  readonly #answered: Answered[] = [];
  /** When the last of those whose patients are forgotten was answered. */
  #forgottenAt = 0;
  #forgottenTime = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** How many writes were sent. */
  get begun(): number {
    return this.#begun;
  }

  /** The place of a Media Query that is sent now. */
  nextPlace(): number {
    this.#place += 1;
    return this.#place;
  }

  /** A write is sent, about the patient whom `isAnother` tells from others. */
  begin(isAnother: IsAnotherPatient): WriteUnderWay {
    this.#begun += 1;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const write = {
      end: () => {
        if (this.#underWay.delete(write)) this.#noteAnswered(isAnother);
        resolve();
      },
    };
    this.#underWay.set(write, { isAnother, ended });
    return write;
  }

  /** Settles when the writes are over that a question for this box, which begins now, must see; null when there are none. */
  writesToAwait(box: Box): Promise<unknown> | null {
    if (this.#underWay.size === 0) return null;
    const ends = [...this.#underWay.values()]
      .filter(({ isAnother }) => concerns(box, isAnother))
      .map(({ ended }) => ended);
    return ends.length === 0 ? null : Promise.all(ends);
  }

  /** Whether no write that may concern this box was answered since a Media Query was sent. */
  isCurrent(box: Box, sentAt: number): boolean {
    if (sentAt < this.#forgottenAt) return false;
    for (let at = this.#answered.length - 1; at >= 0; at--) {
      const write = this.#answered[at];
      if (write === undefined || write.at < sentAt) return true;
      if (concerns(box, write.isAnother)) return false;
    }
    return true;
  }

  /** Whether no write that may concern this box was answered at `time` or later, in milliseconds of the clock. */
  isUnwrittenSince(box: Box, time: number): boolean {
    if (time <= this.#forgottenTime) return false;
    for (let at = this.#answered.length - 1; at >= 0; at--) {
      const write = this.#answered[at];
      if (write === undefined || write.time < time) return true;
      if (concerns(box, write.isAnother)) return false;
    }
    return true;
  }

  /**
   * Writes were answered of which nothing else is known, at `time` at the latest, in milliseconds of the clock: everything asked
   * until now may be older than they.
   */
  forgetPatients(time: number): void {
    this.#forgottenAt = this.nextPlace();
    this.#forgottenTime = Math.max(this.#forgottenTime, time);
  }

  #noteAnswered(isAnother: IsAnotherPatient): void {
    this.#answered.push({ isAnother, at: this.nextPlace(), time: this.#clock.now() });
    if (this.#answered.length <= MAX_ANSWERED) return;
    // Half at a time, so that no write pays for moving them all.
    const last = this.#answered.splice(0, MAX_ANSWERED / 2).at(-1);
    if (last === undefined) return;
    this.#forgottenAt = Math.max(this.#forgottenAt, last.at);
    this.#forgottenTime = Math.max(this.#forgottenTime, last.time);
  }
}

/** What is known of longer lists is kept: thousands of needs may have one in common. */
const MAX_LIST_TO_COMPARE = 8;

const concerned = new WeakMap<IsAnotherPatient, WeakMap<ReadonlySet<PatientKey>, boolean>>();

/** Unless every patient that the box names is provably another one. A visit or a document alone names none. */
function concerns({ patients }: Box, isAnother: IsAnotherPatient): boolean {
  if (patients === 'all') return true;
  if (patients.size <= MAX_LIST_TO_COMPARE) return concernsAny(patients, isAnother);
  const known = concerned.get(isAnother) ?? new WeakMap<ReadonlySet<PatientKey>, boolean>();
  concerned.set(isAnother, known);
  const isConcerned = known.get(patients) ?? concernsAny(patients, isAnother);
  known.set(patients, isConcerned);
  return isConcerned;
}

function concernsAny(patients: ReadonlySet<PatientKey>, isAnother: IsAnotherPatient): boolean {
  for (const patient of patients) if (!isAnother(identifiersOf(patient))) return true;
  return false;
}
