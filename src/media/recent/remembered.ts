/** The answers that one operation may take from this process's memory, and those of its own that it adds. */
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
  /** Equal for callers of equal rights, whatever BATCH_SCOPE is. */
  readonly rightsKey: RightsKey;
  /** When the caller's token expires, in milliseconds since 1970; infinite without a token. */
  readonly expiresAt: number;
}

/** What a field looks up: a need, and the answers that its cursors name. */
export interface NeedLookup {
  readonly need: Need;
  /** Null: a new query. Empty: a page whose cursor names no answer. */
  readonly answerIds: readonly string[] | null;
}

export interface Found {
  readonly recent: RecentAnswer;
  /** The items of the need, before the caller's rights are applied. */
  readonly items: readonly Item[];
}

/** Several answers may contain a need and leave it open; each one that is tried costs a pass over all its items. */
const MAX_TRIED = 4;

/** Whether the writes of other replicas are known, by destination, for the lookups of one batch. */
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
   * Null if Redox must be queried. `queryBox`: the box that would be queried. A promise if other replicas may have sent writes
   * since the lookup began: no remembered answer is used before these writes are known, or if they cannot be read.
   */
  find(lookup: NeedLookup, queryBox: Box, caughtUp: CaughtUp): Found | null | Promise<Found | null> {
    if (!this.#mayFind(lookup)) return null;
    const found = this.#lookUp(lookup, queryBox);
    if (found === null) return this.#use(lookup, null);
    const { destination } = lookup.need;
    let isKnown = caughtUp.get(destination);
    if (isKnown === undefined) {
      isKnown = this.#fence.catchUp(destination);
      caughtUp.set(destination, isKnown);
    }
    if (isKnown === null) return this.#use(lookup, found);
    return isKnown.then((known) => this.#use(lookup, known ? this.#lookUp(lookup, queryBox) : null));
  }

  /** Like `find`, if no other replica writes there; null also if `find` has to decide. Only `find` counts a miss. */
  findAtOnce(lookup: NeedLookup, queryBox: Box): Found | null {
    if (!this.#mayFind(lookup) || this.#fence.isShared(lookup.need.destination)) return null;
    const found = this.#lookUp(lookup, queryBox);
    return found && this.#use(lookup, found);
  }

  /** Null if it is not remembered. */
  add(answer: Answer): RecentAnswer | null {
    const { answers, rightsKey, expiresAt } = this.#options;
    // The file of a relay was passed on to one download.
    if (!this.#freshness.mayRemember || answer.need.files instanceof FileRelay) return null;
    return answers.remember({ destination: answer.need.destination, rightsKey }, answer, expiresAt);
  }

  /** The id by which a cursor names the answer; null when it is forgotten already. */
  idOf(recent: RecentAnswer): string | null {
    return this.#options.answers.idOf(recent);
  }

  /**
   * Whether a new query of this operation may be answered from this answer, which contains it: the answer is not too old, and was
   * not queried soon after a write that may concern the need.
   */
  mayAnswer(need: Need, queryBox: Box, answer: Answer): boolean {
    const isFreshEnough = this.#clock.now() - answer.answeredAt <= this.#freshness.maxAgeMs;
    return isFreshEnough && this.#isSettled(need, queryBox, answer);
  }

  /** If not, its caller wants Redox to be queried. */
  #mayFind({ answerIds }: NeedLookup): boolean {
    const { maxAgeMs, mayReadReferences } = this.#freshness;
    return answerIds === null ? maxAgeMs > 0 : mayReadReferences;
  }

  #lookUp({ need, answerIds }: NeedLookup, queryBox: Box): Found | null {
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

  /**
   * Accepted does not mean filed: an answer that was queried soon after a write may show the chart before it, and serves no new
   * query.
   */
  #isSettled({ destination }: Need, queryBox: Box, { startedAt }: Answer): boolean {
    return this.#fence.isUnwrittenSince(destination, queryBox, startedAt - this.#options.answers.recentMs);
  }

  /**
   * Whether it contains a document that an event deleted or replaced so recently that the chart may not have been changed yet.
   */
  #showsRemoved({ items, recent }: Found, { destination }: Need): boolean {
    const since = recent.answer.startedAt - this.#options.answers.recentMs;
    return this.#fence.holdsRemoved(destination, items, ({ timeMs }) => timeMs >= since);
  }

  /**
   * A write makes every answer outdated that is not provably about another patient. An event that deletes or replaces a document
   * also makes every answer outdated that contains that document, whichever patient the event names.
   */
  #take(recent: RecentAnswer, need: Need, queryBox: Box): Found | null {
    const { answer } = recent;
    if (!this.#fence.isCurrent(need.destination, queryBox, answer.sentAt)) return null;
    const items = itemsFor(need, answer, recent);
    const isSince = ({ place }: WriteTime) => place > answer.sentAt;
    if (items === null || this.#fence.holdsRemoved(need.destination, items, isSince)) return null;
    return { recent, items };
  }

  #use({ answerIds }: NeedLookup, found: Found | null): Found | null {
    const { answers } = this.#options;
    answers.countLookUp(answerIds === null ? 'question' : 'page', found !== null);
    if (found !== null) answers.touch(found.recent);
    return found;
  }
}
