/** Answers a need of an operation without a call: from what the operation has loaded, or from what this process remembers. */
import type { Clock } from '../clock.ts';
import type { Item } from '../redox/messages.ts';
import type { Known, LoadResult } from './loading.ts';
import type { Answer } from './model/answer.ts';
import { type Box, boxContains, limitPatients, type Values } from './model/box.ts';
import { BoxIndex } from './model/box-index.ts';
import type { DestinationAlias, PatientKey } from './model/keys.ts';
import type { Need } from './model/need.ts';
import { type Rights, receivable } from './model/rights.ts';
import type { WriteFence } from './ordering/write-fence.ts';
import { itemsFor, itemsWithin } from './recent/items-within.ts';
import type { RecentAnswer } from './recent/recent-answer.ts';
import type { CaughtUp, Found, NeedLookup, Remembered } from './recent/remembered.ts';
import type { PendingNeed } from './scheduling/pending-need.ts';

export interface KnownAnswersOptions {
  /** Null: nothing is remembered beyond the operation. */
  readonly remembered: Remembered | null;
  readonly rights: Rights;
  /** The patients that a need without patients queries for. */
  readonly patients: Values<PatientKey>;
  readonly fence: WriteFence;
  readonly clock: Clock;
}

/** An answer that the operation has: its own, or a remembered one that it found. */
interface Loaded {
  readonly answer: Answer;
  /** The remembered answer, for cursors; null if it is not remembered. */
  readonly recent: RecentAnswer | null;
  readonly isOwn: boolean;
  /**
   * The result for the need of the answer itself, once it has been made: fields that load the same need receive the same result.
   */
  result: LoadResult | null;
}

/** So few answers are searched faster than they are indexed. */
const MAX_UNINDEXED = 16;

export class KnownAnswers {
  readonly #options: KnownAnswersOptions;
  /** By destination, and by the boxes that contain others. */
  readonly #loaded = new Map<DestinationAlias, BoxIndex<Loaded>>();
  /** Answers that are not indexed yet: most operations load little, and never search what they have loaded. */
  #unindexed: Loaded[] = [];

  constructor(options: KnownAnswersOptions) {
    this.#options = options;
  }

  /** The items of a need, from an answer that the operation has; null if an item does not show whether it belongs to the need. */
  findLoaded({ need, answerIds }: NeedLookup): Known | null {
    const { fence, remembered } = this.#options;
    const queryBox = this.#queryBoxOf(need);
    for (const loaded of this.#containing(need)) {
      const { answer, isOwn } = loaded;
      if (!isOwn && (answerIds !== null || remembered?.mayAnswer(need, queryBox, answer) !== true)) continue;
      if (!fence.isCurrent(need.destination, queryBox, answer.sentAt)) continue;
      // The operation's own answer is not kept beyond the operation, as it may contain files.
      const items = isOwn ? itemsWithin(answer, need) : itemsFor(need, answer, loaded.recent);
      if (items !== null) return this.#knownOf(need, items, loaded);
    }
    return null;
  }

  /** Like `findRemembered`, but synchronous; null also if `findRemembered` may find more. */
  findAtOnce(lookup: NeedLookup): Known | null {
    const { remembered } = this.#options;
    const found = remembered?.findAtOnce(lookup, this.#queryBoxOf(lookup.need)) ?? null;
    return found && this.#takeRemembered(lookup, found);
  }

  /** A promise if other replicas may have sent writes since the lookup began. */
  findRemembered(lookup: NeedLookup, caughtUp: CaughtUp): Known | null | Promise<Known | null> {
    const found = this.#options.remembered?.find(lookup, this.#queryBoxOf(lookup.need), caughtUp) ?? null;
    const take = (one: Found | null) => one && this.#takeRemembered(lookup, one);
    return found instanceof Promise ? found.then(take) : take(found);
  }

  /**
   * Keeps what calls returned for a need, to answer other needs that it contains: those of the operation and, if it is
   * remembered, those of others.
   */
  keep({ need, startedCalls: calls, times, hasStrays }: PendingNeed, items: readonly Item[]): LoadResult {
    if (times === null) throw new Error('a need was answered by no call');
    const answer = { need, items, calls, hasStrays, ...times };
    const recent = this.#options.remembered?.add(answer) ?? null;
    const loaded = { answer, recent, isOwn: true, result: null };
    this.#unindexed.push(loaded);
    return this.#give(need, items, loaded);
  }

  #containing({ destination, box }: Need): Iterable<Loaded> {
    if (this.#unindexed.length > MAX_UNINDEXED) {
      for (const loaded of this.#unindexed) this.#index(loaded);
      this.#unindexed = [];
    }
    const indexed = this.#loaded.get(destination)?.containersOf(box) ?? [];
    const others = this.#unindexed.filter(({ answer: { need } }) => {
      return need.destination === destination && boxContains(need.box, box);
    });
    return others.length === 0 ? indexed : [...indexed, ...others];
  }

  #index(loaded: Loaded): void {
    const { destination, box } = loaded.answer.need;
    let index = this.#loaded.get(destination);
    if (index === undefined) {
      index = new BoxIndex();
      this.#loaded.set(destination, index);
    }
    index.add(box, loaded);
  }

  /** The box that is queried for a need: it contains only patients whom the rights name. */
  #queryBoxOf({ box }: Need): Box {
    return limitPatients(box, this.#options.patients);
  }

  #takeRemembered({ need, answerIds }: NeedLookup, { recent, items }: Found): Known {
    const loaded = { answer: recent.answer, recent, isOwn: false, result: null };
    // An answer that a cursor names serves only the list of that cursor.
    if (answerIds === null) this.#unindexed.push(loaded);
    return this.#knownOf(need, items, loaded);
  }

  #knownOf(need: Need, items: readonly Item[], loaded: Loaded): Known {
    const { answer } = loaded;
    if (items !== answer.items) return { result: this.#give(need, items, loaded), calls: answer.calls };
    loaded.result ??= this.#give(need, items, loaded);
    return { result: loaded.result, calls: answer.calls };
  }

  #give(need: Need, items: readonly Item[], { answer, recent, isOwn }: Loaded): LoadResult {
    return {
      items: receivable(items, need, this.#options.rights),
      asOf: answer.asOf,
      answerId: () => recent && (this.#options.remembered?.idOf(recent) ?? null),
      ageMs: isOwn ? null : this.#options.clock.now() - answer.answeredAt,
    };
  }
}
