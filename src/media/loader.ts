/**
 * Loads media for one operation: DataLoader collects its needs, and an answer that has been loaded also answers the needs that it
 * contains.
 */
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
import { type CaughtUp, type NeedLookup, Remembered } from './recent/remembered.ts';
import type { Scheduler } from './scheduling/scheduler.ts';

/** Further needs wait for their time slices, as everything that is selected below them does, and are counted together. */
const MAX_AT_ONCE = 100;

/** Whether what the operation has loaded already contradicts these items. */
type Contradiction = (items: readonly Item[]) => boolean;

export class MediaLoader {
  readonly #scheduler: Scheduler;
  readonly #options: OperationOptions;
  /** The patients that a need without patients queries for. */
  readonly #patients: Values<PatientKey>;
  readonly #known: KnownAnswers;
  readonly #needs: NeedBudget;
  readonly #calls: CallBudget;
  /** Null before the first need that is sent to Redox: most operations that are answered from memory have none. */
  #pending: PendingNeeds | null = null;
  /** How many needs may still receive a remembered answer synchronously, before it is known what other fields need. */
  #leftAtOnce: number;
  /** Needs that received an answer in this way and have yet to be counted, as later needs may contain them. */
  #loadedAtOnce: Need[] = [];
  /**
   * Each value is a promise inside an object, so that no need of a batch waits for another. A need before a write and the same
   * need after it are different, and so are a need with a cursor and one without.
   */
  readonly #batch: DataLoader<NeedLookup, Loading | Known, string>;

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
    this.#batch = new DataLoader((lookups) => this.#loadAll(lookups), {
      cacheKeyFn: ({ need, answerIds }) =>
        `${fence.countWrites(need.destination)} ${answerIds?.join() ?? 'new'} ${needKey(need, keyOf)}`,
      ...(slices && { batchScheduleFn: slices.whenNoneWaits }),
    });
  }

  /**
   * The items that satisfy the need and that the caller may see, in no particular order. A need with an empty list costs no call.
   * @throws FORBIDDEN when the caller's rights do not cover the need, OperationTooLarge for all needs of an operation that has
   * too many.
   */
  async load(need: Need): Promise<readonly Item[]> {
    return (await this.loadAnswer(need)).items;
  }

  /** Like `load`, with the metadata of the answer. `answerIds`: for a page by cursors, the answers that they name. */
  async loadAnswer(requested: Need, answerIds: readonly string[] | null = null): Promise<LoadResult> {
    return this.takeAnswer(requested, answerIds);
  }

  /**
   * Like `loadAnswer`, but without a promise if the answer is remembered, so that everything that follows continues
   * synchronously. `isContradicted`: whether a document that the destination sent before contradicts these items.
   * @throws UNATTRIBUTED when it does, which is counted by destination like any other.
   */
  takeAnswer(
    requested: Need,
    answerIds: readonly string[] | null = null,
    isContradicted: Contradiction = () => false,
  ): LoadResult | Promise<LoadResult> {
    const need = withReadableFiles(requested, this.#options.rights);
    const lookup = { need, answerIds };
    return this.#takeAtOnce(lookup, isContradicted) ?? this.#takeLater(lookup, isContradicted);
  }

  async #takeLater(lookup: NeedLookup, isContradicted: Contradiction): Promise<LoadResult> {
    const { onOutcome, slices } = this.#options;
    const { need } = lookup;
    let calls: readonly CallIds[] = [];
    try {
      const loading = await this.#load(lookup);
      if (loading === null) return this.createEmptyResult();
      calls = loading.calls;
      const result = await loading.result;
      if (isContradicted(result.items)) {
        this.#scheduler.reportUnattributed(need.destination);
        throw new GatewayError('UNATTRIBUTED');
      }
      onOutcome?.({ need, items: result.items, error: null, calls, ageMs: result.ageMs });
      return result;
    } catch (error) {
      // No data of its patients was read, and there may be thousands of them: no outcome is reported, as for operations that are
      // refused before execution.
      if (!(error instanceof OperationTooLarge))
        onOutcome?.({ need, items: null, error, calls, ageMs: null });
      throw error;
    } finally {
      // All fields that wait for a call continue when it is answered or refused, with everything that is selected below them.
      if (slices?.isOver) await slices.next();
    }
  }

  /** The calls for needs that are still being loaded, whose outcome has not been reported yet. */
  get startedCalls(): readonly CallIds[] {
    return this.#pending?.startedCalls ?? [];
  }

  /** The result for a need that no item can satisfy, for which no call is needed. */
  createEmptyResult(): LoadResult {
    return { items: [], asOf: this.#scheduler.clock.wallTime(), answerId: () => null, ageMs: null };
  }

  /**
   * For patients who are already known from a sealed id, or from an event that contained `items`: no call is made, but the
   * outcome is reported. @throws FORBIDDEN when the caller's rights do not cover the need.
   */
  admit(need: Need, items: NeedOutcome['items'] = []): void {
    this.check(need);
    this.#options.onOutcome?.({ need, items, error: null, calls: [], ageMs: null });
  }

  /**
   * Like `admit`, for the id of a document, which contains its patient's identifiers of one type: if the rights name patients by
   * other types of identifiers, the document itself decides once it is loaded.
   */
  admitDocument(need: Need): void {
    if (isComparable(need, this.#options.rights)) this.admit(need);
    else this.check({ ...need, box: { ...need.box, patients: 'all' } });
  }

  /** Like `admit`, for a patient whom the caller itself named: only a refusal is reported. */
  check(need: Need): void {
    try {
      checkNeed(need, this.#options.rights);
    } catch (error) {
      this.refuse(need, error);
    }
  }

  /** @throws the error, which is reported as the outcome of the need. */
  refuse(need: Need, error: unknown): never {
    this.#options.onOutcome?.({ need, items: null, error, calls: [], ageMs: null });
    throw error;
  }

  /** Null if the need has to be queried, refused, or looked up together with others. */
  #takeAtOnce(lookup: NeedLookup, isContradicted: Contradiction): LoadResult | null {
    if (this.#leftAtOnce === 0) return null;
    const { need, answerIds } = lookup;
    const { rights, signal, slices, onOutcome } = this.#options;
    if (answerIds !== null || signal.aborted || slices?.isOver) return null;
    if (!this.#needs.holds(this.#loadedAtOnce.length + 1)) return null;
    if (boxIsEmpty(need.box) || this.#isOfNoPatient(need) || !coversNeed(need, rights)) return null;
    const loaded = this.#known.findLoaded(lookup);
    const known = loaded ?? this.#known.findAtOnce(lookup);
    if (known === null) {
      // Other fields of the operation would probably have to be queried too.
      this.#leftAtOnce = 0;
      return null;
    }
    // What follows refuses it.
    if (isContradicted(known.result.items)) return null;
    if (loaded === null) this.#loadedAtOnce.push(need);
    this.#leftAtOnce -= 1;
    const { result, calls } = known;
    onOutcome?.({ need, items: result.items, error: null, calls, ageMs: result.ageMs });
    return result;
  }

  /** Null for a need with an empty list, which no item can satisfy. */
  #load(lookup: NeedLookup): Promise<Loading | Known> | Loading | null {
    const { need } = lookup;
    const { rights, signal } = this.#options;
    this.#needs.check();
    checkNeed(need, rights);
    if (boxIsEmpty(need.box)) return null;
    if (this.#isOfNoPatient(need)) {
      return { result: Promise.resolve(this.createEmptyResult()), calls: [] };
    }
    signal.throwIfAborted();
    return this.#batch.load(lookup);
  }

  /** Whether the rights name no patient, and the need names none either. */
  #isOfNoPatient({ box }: Need): boolean {
    return box.patients === 'all' && listSize(this.#patients) === 0;
  }

  async #loadAll(lookups: readonly NeedLookup[]): Promise<(Loading | Known)[]> {
    const { signal, slices } = this.#options;
    const known: (Known | null)[] = [];
    const requested: Need[] = [];
    const caughtUp: CaughtUp = new Map();
    for (const lookup of lookups) {
      const own = this.#known.findLoaded(lookup);
      if (own === null) requested.push(lookup.need);
      // A page is cut from the answer that its cursor names, even if the operation has a newer one.
      const isFound = own !== null && lookup.answerIds === null;
      const found = isFound ? own : this.#known.findRemembered(lookup, caughtUp);
      known.push((found instanceof Promise ? await found : found) ?? own);
      // Each lookup may search the thousands of items that another need has loaded.
      if (slices?.isOver) await slices.next();
    }
    signal.throwIfAborted();
    const missing = lookups.flatMap(({ need }, at) => (known[at] === null ? [need] : []));
    try {
      this.#spend(requested, missing);
    } catch (error) {
      if (!(error instanceof OperationTooLarge)) throw error;
      // If this were thrown, DataLoader would compute all keys again in order to remove them.
      return [...failuresOf(error, lookups.length, slices)];
    }
    return lookups.map((lookup, at) => known[at] ?? this.#fetch(lookup));
  }

  /** `requested`: needs that the operation has not loaded, remembered or not; `missing`: those of them that are queried. */
  #spend(requested: readonly Need[], missing: readonly Need[]): void {
    this.#needs.check();
    // A need that was answered synchronously may be contained in one of these.
    const counted = [...this.#loadedAtOnce, ...requested];
    this.#loadedAtOnce = [];
    for (const boxes of boxesByDestination(counted)) this.#needs.spend(boxes);
    for (const boxes of boxesByDestination(missing)) this.#calls.spend(boxes, this.#patients);
  }

  #fetch({ need, answerIds }: NeedLookup): Loading {
    const { freshness = FRESH } = this.#options;
    // A page by its cursor is no new query: only no-cache and no-store apply to it.
    if (freshness.onlyRemembered && answerIds === null) {
      return failedWith(new GatewayError('UPSTREAM_UNAVAILABLE'));
    }
    this.#pending ??= this.#createPendingNeeds();
    return this.#pending.load(need);
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
