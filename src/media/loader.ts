/** Loads media for one operation: DataLoader gathers its needs, and what is loaded already answers needs that it contains. */
import DataLoader from 'dataloader';
import { GatewayError, OperationTooLarge } from '../errors.ts';
import type { Item } from '../redox/messages.ts';
import { CallBudget } from './call-budget.ts';
import { KnownAnswers } from './known-answers.ts';
import type { OperationOptions } from './loader-options.ts';
import { failedWith, failuresOf, type Known, type Loading, type LoadResult } from './loading.ts';
import { type Box, boxIsEmpty, listSize, shortKeys, type Values } from './model/box.ts';
import type { PatientKey } from './model/keys.ts';
import { type Need, needKey } from './model/need.ts';
import type { CallIds, NeedOutcome } from './model/outcome.ts';
import { checkNeed, coversNeed, isComparable, patientsNamedBy, withReadableFiles } from './model/rights.ts';
import { NeedBudget } from './need-budget.ts';
import { PendingNeeds } from './pending-needs.ts';
import { FRESH } from './recent/freshness.ts';
import { type CaughtUp, type Question, Remembered } from './recent/remembered.ts';
import type { Scheduler } from './scheduling/scheduler.ts';

/** More wait for their turns, as all that is selected below them does, and are counted together. */
const MAX_AT_ONCE = 100;

export class MediaLoader {
  readonly #scheduler: Scheduler;
  readonly #options: OperationOptions;
  /** Of whom a need asks that names no patient. */
  readonly #patients: Values<PatientKey>;
  readonly #known: KnownAnswers;
  readonly #needs: NeedBudget;
  readonly #calls: CallBudget;
  /** Null before the first need that is asked: most operations that are answered from memory have none. */
  #pending: PendingNeeds | null = null;
  /** How many needs may still be given what is remembered before it is known what others need. */
  #leftAtOnce: number;
  /** Those that have yet to be counted, as what comes after them may contain them. */
  #givenAtOnce: Need[] = [];
  /**
   * Each value is a promise inside an object, so that no need of a batch waits for another. The same need on the other
   * side of a write is another need, and so is one of a cursor.
   */
  readonly #batch: DataLoader<Question, Loading | Known, string>;

  constructor(scheduler: Scheduler, options: OperationOptions) {
    const { slices, recent = null, freshness = FRESH, bounds } = options;
    const { fence, clock } = scheduler;
    this.#scheduler = scheduler;
    this.#options = options;
    const { rights, patients = patientsNamedBy(rights) } = options;
    this.#patients = patients;
    const keyOf = shortKeys();
    const remembered = recent && new Remembered(recent, freshness, fence, clock);
    this.#known = new KnownAnswers({ remembered, rights, patients, fence, clock });
    this.#needs = new NeedBudget(bounds.maxNeeds);
    this.#calls = new CallBudget(bounds.maxCalls, bounds.limits);
    this.#leftAtOnce = remembered !== null && freshness.maxAgeMs > 0 ? MAX_AT_ONCE : 0;
    this.#batch = new DataLoader((questions) => this.#loadAll(questions), {
      cacheKeyFn: ({ need, answerIds }) =>
        `${fence.countWrites(need.destination)} ${answerIds?.join() ?? 'new'} ${needKey(need, keyOf)}`,
      ...(slices && { batchScheduleFn: slices.whenNoneWaits }),
    });
  }

  /**
   * The items that satisfy the need and that the caller may see, in no particular order. A need with an empty list costs no
   * call. @throws FORBIDDEN when the caller's rights do not cover the need, OperationTooLarge for all needs of an operation that
   * has too many.
   */
  async load(need: Need): Promise<readonly Item[]> {
    return (await this.loadAnswer(need)).items;
  }

  /** As `load`, with what else is known of the answer. `answerIds`: of a page by cursors, those that they name. */
  async loadAnswer(requested: Need, answerIds: readonly string[] | null = null): Promise<LoadResult> {
    return this.takeAnswer(requested, answerIds);
  }

  /** As `loadAnswer`, and no promise where the answer is remembered: all that follows from it then goes on at once. */
  takeAnswer(requested: Need, answerIds: readonly string[] | null = null): LoadResult | Promise<LoadResult> {
    const need = withReadableFiles(requested, this.#options.rights);
    const question = { need, answerIds };
    return this.#takeAtOnce(question) ?? this.#takeLater(question);
  }

  async #takeLater(question: Question): Promise<LoadResult> {
    const { onOutcome, slices } = this.#options;
    const { need } = question;
    let calls: readonly CallIds[] = [];
    try {
      const loading = await this.#load(question);
      if (loading === null) return this.createEmptyResult();
      calls = loading.calls;
      const given = await loading.given;
      onOutcome?.({ need, items: given.items, error: null, calls, ageMs: given.ageMs });
      return given;
    } catch (error) {
      // Nothing was read of its patients, and they may be thousands: as of what is refused before it runs, no outcome is told.
      if (!(error instanceof OperationTooLarge))
        onOutcome?.({ need, items: null, error, calls, ageMs: null });
      throw error;
    } finally {
      // All that wait for a call go on when it is answered, with all that is selected below them, or when they are refused.
      if (slices?.isOver) await slices.next();
    }
  }

  /** The calls that are, or were, for what is still being loaded: no outcome has told of them yet. */
  get startedCalls(): readonly CallIds[] {
    return this.#pending?.startedCalls ?? [];
  }

  /** For what no item can satisfy: Redox need not be asked. */
  createEmptyResult(): LoadResult {
    return { items: [], asOf: this.#scheduler.clock.wallTime(), answerId: () => null, ageMs: null };
  }

  /**
   * For what is known of the need's patients already, from a sealed id or from an event, which told of `items`: no call is made,
   * but the outcome is heard of. @throws FORBIDDEN when the caller's rights do not cover the need.
   */
  admit(need: Need, items: NeedOutcome['items'] = []): void {
    this.check(need);
    this.#options.onOutcome?.({ need, items, error: null, calls: [], ageMs: null });
  }

  /**
   * As `admit`, for the id of a document, which holds its patient's identifiers of one type: where the rights name patients by
   * other types of identifiers, what the document itself says decides once it is loaded.
   */
  admitDocument(need: Need): void {
    if (isComparable(need, this.#options.rights)) this.admit(need);
    else this.check({ ...need, box: { ...need.box, patients: 'all' } });
  }

  /** As `admit`, for a patient whom the caller itself named: only a refusal is heard of. */
  check(need: Need): void {
    try {
      checkNeed(need, this.#options.rights);
    } catch (error) {
      this.refuse(need, error);
    }
  }

  /** @throws the error, which is heard of as what came of the need. */
  refuse(need: Need, error: unknown): never {
    this.#options.onOutcome?.({ need, items: null, error, calls: [], ageMs: null });
    throw error;
  }

  /** Null where it has to be asked for, refused, or looked for together with others. */
  #takeAtOnce(question: Question): LoadResult | null {
    if (this.#leftAtOnce === 0) return null;
    const { need, answerIds } = question;
    const { rights, signal, slices, onOutcome } = this.#options;
    if (answerIds !== null || signal.aborted || slices?.isOver) return null;
    if (!this.#needs.holds(this.#givenAtOnce.length + 1)) return null;
    if (boxIsEmpty(need.box) || this.#isOfNoPatient(need) || !coversNeed(need, rights)) return null;
    const loaded = this.#known.findLoaded(question);
    const known = loaded ?? this.#known.findAtOnce(question);
    if (known === null) {
      // What comes with it would mostly be asked for too.
      this.#leftAtOnce = 0;
      return null;
    }
    if (loaded === null) this.#givenAtOnce.push(need);
    this.#leftAtOnce -= 1;
    const { given, calls } = known;
    onOutcome?.({ need, items: given.items, error: null, calls, ageMs: given.ageMs });
    return given;
  }

  /** Null for a need with an empty list, which no item can satisfy. */
  #load(question: Question): Promise<Loading | Known> | Loading | null {
    const { need } = question;
    const { rights, signal } = this.#options;
    this.#needs.check();
    checkNeed(need, rights);
    if (boxIsEmpty(need.box)) return null;
    if (this.#isOfNoPatient(need)) {
      return { given: Promise.resolve(this.createEmptyResult()), calls: [] };
    }
    signal.throwIfAborted();
    return this.#batch.load(question);
  }

  /** The rights name no patient, and the need none either. */
  #isOfNoPatient({ box }: Need): boolean {
    return box.patients === 'all' && listSize(this.#patients) === 0;
  }

  async #loadAll(questions: readonly Question[]): Promise<(Loading | Known)[]> {
    const { signal, slices } = this.#options;
    const known: (Known | null)[] = [];
    const asked: Need[] = [];
    const caughtUp: CaughtUp = new Map();
    for (const question of questions) {
      const own = this.#known.findLoaded(question);
      if (own === null) asked.push(question.need);
      // A page is cut from the answer that its cursor names, also where the operation has a newer one.
      const isFound = own !== null && question.answerIds === null;
      const found = isFound ? own : this.#known.findRemembered(question, caughtUp);
      known.push((found instanceof Promise ? await found : found) ?? own);
      // Each may look through the thousands of items that another need has loaded.
      if (slices?.isOver) await slices.next();
    }
    signal.throwIfAborted();
    const missing = questions.flatMap(({ need }, at) => (known[at] === null ? [need] : []));
    try {
      this.#spend(asked, missing);
    } catch (error) {
      if (!(error instanceof OperationTooLarge)) throw error;
      // If it were thrown, DataLoader would make all their keys again, to forget them.
      return [...failuresOf(error, questions.length, slices)];
    }
    return questions.map((question, at) => known[at] ?? this.#fetch(question));
  }

  /** `asked`: what nothing in the operation contains, be it remembered or not; `missing`: that of it which is asked of Redox. */
  #spend(asked: readonly Need[], missing: readonly Need[]): void {
    this.#needs.check();
    // One of those that were given at once may be contained in one of these.
    const counted = [...this.#givenAtOnce, ...asked];
    this.#givenAtOnce = [];
    for (const boxes of boxesByDestination(counted)) this.#needs.spend(boxes);
    for (const boxes of boxesByDestination(missing)) this.#calls.spend(boxes, this.#patients);
  }

  #fetch({ need, answerIds }: Question): Loading {
    const { freshness = FRESH } = this.#options;
    // A page by its cursor is no new question: only no-cache and no-store count for it.
    if (freshness.onlyRemembered && answerIds === null) {
      return failedWith(new GatewayError('UPSTREAM_UNAVAILABLE'));
    }
    this.#pending ??= this.#createPendingNeeds();
    return this.#pending.ask(need);
  }

  #createPendingNeeds(): PendingNeeds {
    const { batchKey, caller = '', deadline, trace, signal, slices } = this.#options;
    const needOptions = { batchKey, caller, operation: this, deadline, trace, patients: this.#patients };
    return new PendingNeeds({ scheduler: this.#scheduler, needOptions, known: this.#known, signal, slices });
  }
}

function boxesByDestination(needs: readonly Need[]): Iterable<readonly Box[]> {
  const groups = Map.groupBy(needs, ({ destination }) => destination).values();
  return groups.map((ofDestination) => ofDestination.map(({ box }) => box));
}
