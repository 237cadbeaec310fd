/** What answers a need of an operation without a call: what the operation has loaded, and what this process remembers. */
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
import type { CaughtUp, Found, Question, Remembered } from './recent/remembered.ts';
import type { PendingNeed } from './scheduling/pending-need.ts';

export interface KnownAnswersOptions {
  /** Null: nothing is remembered beyond the operation. */
  readonly remembered: Remembered | null;
  readonly rights: Rights;
  /** Of whom a need asks that names no patient. */
  readonly patients: Values<PatientKey>;
  readonly fence: WriteFence;
  readonly clock: Clock;
}

/** An answer that the operation has: its own, or one that it found remembered. */
interface Loaded {
  readonly answer: Answer;
  /** As which it is remembered, for cursors; null where it is not. */
  readonly recent: RecentAnswer | null;
  readonly isOwn: boolean;
  /** What the need of the answer itself is given, once it was: fields that load the same receive the same. */
  given: LoadResult | null;
}

/** So few are looked through sooner than they are indexed. */
const MAX_UNINDEXED = 16;

export class KnownAnswers {
  readonly #options: KnownAnswersOptions;
  /** By destination, and by what they contain. */
  readonly #loaded = new Map<DestinationAlias, BoxIndex<Loaded>>();
  /** What is not in it yet: most operations load little, and never look for what they have. */
  #unindexed: Loaded[] = [];

  constructor(options: KnownAnswersOptions) {
    this.#options = options;
  }

  /** The items of a need from an answer that the operation has, unless an item leaves open whether it belongs to it. */
  findLoaded({ need, answerIds }: Question): Known | null {
    const { fence, remembered } = this.#options;
    const queryBox = this.#queryBoxOf(need);
    for (const loaded of this.#containing(need)) {
      const { answer, isOwn } = loaded;
      if (!isOwn && (answerIds !== null || remembered?.mayAnswer(need, queryBox, answer) !== true)) continue;
      if (!fence.isCurrent(need.destination, queryBox, answer.sentAt)) continue;
      // Beyond the operation, nothing is kept of its own: it may hold files.
      const items = isOwn ? itemsWithin(answer, need) : itemsFor(need, answer, loaded.recent);
      if (items !== null) return this.#knownOf(need, items, loaded);
    }
    return null;
  }

  /** As `findRemembered`; null also where that may find more. */
  findAtOnce(question: Question): Known | null {
    const { remembered } = this.#options;
    const found = remembered?.findAtOnce(question, this.#queryBoxOf(question.need)) ?? null;
    return found && this.#takeRemembered(question, found);
  }

  /** A promise where other replicas may have written since the question arrived. */
  findRemembered(question: Question, caughtUp: CaughtUp): Known | null | Promise<Known | null> {
    const found = this.#options.remembered?.find(question, this.#queryBoxOf(question.need), caughtUp) ?? null;
    const take = (one: Found | null) => one && this.#takeRemembered(question, one);
    return found instanceof Promise ? found.then(take) : take(found);
  }

  /** What calls brought for a need answers those of the operation that it contains; and others, where it is remembered. */
  keep({ need, startedCalls: calls, times, hasStrays }: PendingNeed, items: readonly Item[]): LoadResult {
    if (times === null) throw new Error('a need was answered by no call');
    const answer = { need, items, calls, hasStrays, ...times };
    const recent = this.#options.remembered?.add(answer) ?? null;
    const loaded = { answer, recent, isOwn: true, given: null };
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

  /** What is asked for it: nothing of patients whom the rights do not name. */
  #queryBoxOf({ box }: Need): Box {
    return limitPatients(box, this.#options.patients);
  }

  #takeRemembered({ need, answerIds }: Question, { recent, items }: Found): Known {
    const loaded = { answer: recent.answer, recent, isOwn: false, given: null };
    // What a cursor refers to answers the list of that cursor alone.
    if (answerIds === null) this.#unindexed.push(loaded);
    return this.#knownOf(need, items, loaded);
  }

  #knownOf(need: Need, items: readonly Item[], loaded: Loaded): Known {
    const { answer } = loaded;
    if (items !== answer.items) return { given: this.#give(need, items, loaded), calls: answer.calls };
    loaded.given ??= this.#give(need, items, loaded);
    return { given: loaded.given, calls: answer.calls };
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
