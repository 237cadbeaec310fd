/** What one operation may take from the answers that this process remembers, and what of its own it adds to them. */
import type { Clock } from '../../clock.ts';
import type { Item } from '../../redox/messages.ts';
import { FileRelay } from '../../redox/reply/file-relay.ts';
import type { Answer } from '../model/answer.ts';
import { type Box, boxContains } from '../model/box.ts';
import type { DestinationAlias, RightsKey } from '../model/keys.ts';
import type { Need } from '../model/need.ts';
import type { WriteTime } from '../ordering/latest-write-times.ts';
import type { WriteFence } from '../ordering/write-fence.ts';
import type { Freshness } from './freshness.ts';
import { itemsFor } from './items-within.ts';
import type { RecentAnswer } from './recent-answer.ts';
import type { RecentAnswers } from './recent-answers.ts';

/** The memory of the process, for one operation. */
export interface RecentOptions {
  readonly answers: RecentAnswers;
  /** Equal for callers of equal rights, whatever BATCH_SCOPE says. */
  readonly rightsKey: RightsKey;
  /** When the caller's token expires, in milliseconds since 1970; infinite without one. */
  readonly expiresAt: number;
}

/** What a field asks: a need, and the answers that its cursors name. */
export interface Question {
  readonly need: Need;
  /** Null: a new question. None: a page whose cursor names no answer. */
  readonly answerIds: readonly string[] | null;
}

export interface Found {
  readonly recent: RecentAnswer;
  /** Those of the need, before the caller's rights are applied. */
  readonly items: readonly Item[];
}

/** Several answers may contain a question, and leave it open; each that is tried costs a look at all its items. */
const MAX_TRIED = 4;

/** Whether other replicas' writes are known, by destination, for the questions of one batch. */
export type CaughtUp = Map<DestinationAlias, Promise<boolean> | null>;

export class Remembered {
  readonly #options: RecentOptions;
  readonly #freshness: Freshness;
  readonly #fence: WriteFence;
  readonly #clock: Clock;

  constructor(options: RecentOptions, freshness: Freshness, fence: WriteFence, clock: Clock) {
    this.#options = options;
    this.#freshness = freshness;
    this.#fence = fence;
    this.#clock = clock;
  }

  /**
   * Null where Redox must be asked. `queryBox`: what would be asked of it. A promise where other replicas may have written since
   * the question arrived: nothing remembered is used before that is known, and nothing at all where it cannot be known.
   */
  find(question: Question, queryBox: Box, caughtUp: CaughtUp): Found | null | Promise<Found | null> {
    if (!this.#mayFind(question)) return null;
    const found = this.#lookUp(question, queryBox);
    if (found === null) return this.#use(question, null);
    const { destination } = question.need;
    let isKnown = caughtUp.get(destination);
    if (isKnown === undefined) {
      isKnown = this.#fence.catchUp(destination);
      caughtUp.set(destination, isKnown);
    }
    if (isKnown === null) return this.#use(question, found);
    return isKnown.then((known) => this.#use(question, known ? this.#lookUp(question, queryBox) : null));
  }

  /** As `find`, where other replicas write nothing; null also where `find` has to answer. A miss is counted by that alone. */
  findAtOnce(question: Question, queryBox: Box): Found | null {
    if (!this.#mayFind(question) || this.#fence.isShared(question.need.destination)) return null;
    const found = this.#lookUp(question, queryBox);
    return found && this.#use(question, found);
  }

  /** Null where it is not remembered. */
  add(answer: Answer): RecentAnswer | null {
    const { answers, rightsKey, expiresAt } = this.#options;
    // A relay's file went to one download.
    if (!this.#freshness.mayRemember || answer.need.files instanceof FileRelay) return null;
    return answers.remember({ destination: answer.need.destination, rightsKey }, answer, expiresAt);
  }

  /** By which a cursor names the answer; null when it is forgotten already. */
  idOf(recent: RecentAnswer): string | null {
    return this.#options.answers.idOf(recent);
  }

  /**
   * Whether a new question of this operation may be answered from it, which contains more: it is not too old, and was not asked
   * soon after a write that may concern the question.
   */
  mayAnswer(need: Need, queryBox: Box, answer: Answer): boolean {
    const isFreshEnough = this.#clock.now() - answer.answeredAt <= this.#freshness.maxAgeMs;
    return isFreshEnough && this.#isSettled(need, queryBox, answer);
  }

  /** Else its caller wants Redox to be asked. */
  #mayFind({ answerIds }: Question): boolean {
    const { maxAgeMs, mayReadReferences } = this.#freshness;
    return answerIds === null ? maxAgeMs > 0 : mayReadReferences;
  }

  #lookUp({ need, answerIds }: Question, queryBox: Box): Found | null {
    if (answerIds !== null) return this.#lookUpNamed(need, answerIds, queryBox);
    const { answers, rightsKey } = this.#options;
    const containing = answers.containing(need.box, { destination: need.destination, rightsKey });
    for (const recent of containing.slice(0, MAX_TRIED)) {
      const { answer } = recent;
      if (!this.mayAnswer(need, queryBox, answer)) continue;
      const found = this.#take(recent, need, queryBox);
      if (found !== null && !this.#showsRemoved(found, need)) return found;
    }
    return null;
  }

  #lookUpNamed(need: Need, answerIds: readonly string[], queryBox: Box): Found | null {
    const { answers, rightsKey } = this.#options;
    for (const id of answerIds) {
      const recent = answers.named(id, { destination: need.destination, rightsKey });
      if (recent === null || !boxContains(recent.answer.need.box, need.box)) continue;
      const found = this.#take(recent, need, queryBox);
      if (found !== null) return found;
    }
    return null;
  }

  /** Accepted is not filed: what was asked soon after a write may show the chart before it, and answers no new question. */
  #isSettled({ destination }: Need, queryBox: Box, { askedAt }: Answer): boolean {
    return this.#fence.isUnwrittenSince(destination, queryBox, askedAt - this.#options.answers.recentMs);
  }

  /** Whether it shows a document that an event deleted or replaced so lately that the chart may not have been changed yet. */
  #showsRemoved({ items, recent }: Found, { destination }: Need): boolean {
    const since = recent.answer.askedAt - this.#options.answers.recentMs;
    return this.#fence.holdsRemoved(destination, items, ({ timeMs }) => timeMs >= since);
  }

  /**
   * A write makes old each answer that is not provably about another patient. An event that deletes or replaces a document also makes
   * old each answer that shows that document, whichever patient the event names.
   */
  #take(recent: RecentAnswer, need: Need, queryBox: Box): Found | null {
    const { answer } = recent;
    if (!this.#fence.isCurrent(need.destination, queryBox, answer.sentAt)) return null;
    const items = itemsFor(need, answer, recent);
    const isSince = ({ place }: WriteTime) => place > answer.sentAt;
    if (items === null || this.#fence.holdsRemoved(need.destination, items, isSince)) return null;
    return { recent, items };
  }

  #use({ answerIds }: Question, found: Found | null): Found | null {
    const { answers } = this.#options;
    answers.countLookUp(answerIds === null ? 'question' : 'page', found !== null);
    if (found !== null) answers.touch(found.recent);
    return found;
  }
}
