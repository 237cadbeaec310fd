/** Loads media for one operation: DataLoader gathers its needs, and what is loaded already answers needs that it contains. */
import DataLoader from 'dataloader';
import { OperationTooLarge } from '../errors.ts';
import type { OperationTurns } from '../operation-turns.ts';
import type { Item } from '../redox/messages.ts';
import { treatmentCovers } from '../redox/reply/contents.ts';
import type { CallBudget } from './call-budget.ts';
import { lacksPatient } from './matching/distribute.ts';
import { matchItem } from './matching/match.ts';
import { type Box, boxIsEmpty, limitPatients, listSize, shortKeys, type Values } from './model/box.ts';
import { BoxIndex } from './model/box-index.ts';
import type { DestinationAlias, PatientKey } from './model/keys.ts';
import { type Need, needKey } from './model/need.ts';
import type { CallIds, NeedOutcome } from './model/outcome.ts';
import {
  checkNeed,
  isComparable,
  patientsNamedBy,
  type Rights,
  receivable,
  withReadableFiles,
} from './model/rights.ts';
import type { NeedBudget } from './need-budget.ts';
import type { Freshness } from './recent/freshness.ts';
import type { PendingNeed } from './scheduling/pending-need.ts';
import type { Scheduler } from './scheduling/scheduler.ts';

/** What was loaded for a need. */
interface Loaded {
  readonly need: Need;
  readonly items: readonly Item[];
  readonly calls: readonly CallIds[];
  /** See `PendingNeed`. */
  readonly sentAt: number;
  readonly hasStrays: boolean;
}

/** A need's items, when they come, and the calls that bring them: `calls` grows until `items` are settled. */
interface Loading {
  readonly items: Promise<readonly Item[]>;
  readonly calls: readonly CallIds[];
}

export interface OperationOptions {
  /** Is told how every need came out, rejected ones included. */
  readonly onOutcome?: (outcome: NeedOutcome) => void;
  /** The rights of the operation's caller. */
  readonly rights: Rights;
  /** A need that names no patients asks Redox for these alone. Default: those whom the rights name. */
  readonly patients?: Values<PatientKey>;
  /** What its calls are traced as part of; opaque here. */
  readonly trace?: unknown;
  /** Operations of equal keys may share upstream calls. */
  readonly batchKey: string;
  /** See `PendingNeed`. */
  readonly caller?: string;
  /** When the signal will end the operation at the latest, in milliseconds of the scheduler's clock. */
  readonly deadline: number;
  readonly budget: CallBudget;
  readonly needs: NeedBudget;
  /** How old an answer its caller accepts. Default: Redox is asked. */
  readonly freshness?: Freshness;
  /** Ends the operation, at its deadline or when its caller hangs up. Open loads fail with its reason. */
  readonly signal: AbortSignal;
  /** In which all needs of a batch come. Default: one tick, until no promise is left to go on. */
  readonly turns?: OperationTurns;
}

export class MediaLoader {
  readonly #scheduler: Scheduler;
  readonly #options: OperationOptions;
  /** Of whom a need asks that names no patient. */
  readonly #patients: Values<PatientKey>;
  readonly #open = new Set<PendingNeed>();
  readonly #loaded = new Map<DestinationAlias, BoxIndex<Loaded>>();
  /**
   * Each value is a promise inside an object, so that no need of a batch waits for another. The same need on the other
   * side of a write is another need.
   */
  readonly #batch: DataLoader<Need, Loading, string>;

  constructor(scheduler: Scheduler, options: OperationOptions) {
    this.#scheduler = scheduler;
    this.#options = options;
    this.#patients = options.patients ?? patientsNamedBy(options.rights);
    const { signal, turns } = options;
    const keyOf = shortKeys();
    this.#batch = new DataLoader((needs) => this.#loadAll(needs), {
      cacheKeyFn: (need) => `${this.#scheduler.fence.countWrites(need.destination)} ${needKey(need, keyOf)}`,
      ...(turns && { batchScheduleFn: turns.whenNoneWaits }),
    });
    signal.addEventListener('abort', () => this.#abandon(signal.reason), { once: true });
  }

  /**
   * The items that satisfy the need and that the caller may see, in no particular order. A need with an empty list costs no
   * call. @throws FORBIDDEN when the caller's rights do not cover the need, OperationTooLarge for all needs of an operation that
   * has too many.
   */
  async load(requested: Need): Promise<readonly Item[]> {
    const { onOutcome, rights } = this.#options;
    const need = withReadableFiles(requested, rights);
    let calls: readonly CallIds[] = [];
    try {
      const loading = await this.#load(need);
      if (loading === null) return [];
      calls = loading.calls;
      const items = await loading.items;
      onOutcome?.({ need, items, error: null, calls, ageMs: null });
      return items;
    } catch (error) {
      // Nothing was read of its patients, and they may be thousands: as of what is refused before it runs, no outcome is told.
      if (!(error instanceof OperationTooLarge))
        onOutcome?.({ need, items: null, error, calls, ageMs: null });
      throw error;
    }
  }

  /**
   * For what is known of the need's patients already, from a sealed id: no call is made, but the outcome is heard of.
   * @throws FORBIDDEN when the caller's rights do not cover the need.
   */
  admit(need: Need): void {
    this.check(need);
    this.#options.onOutcome?.({ need, items: [], error: null, calls: [], ageMs: null });
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

  /** Null for a need with an empty list, which no item can satisfy. */
  #load(need: Need): Promise<Loading> | Loading | null {
    const { rights, signal, needs } = this.#options;
    needs.check();
    checkNeed(need, rights);
    if (boxIsEmpty(need.box)) return null;
    // The rights name no patient.
    if (need.box.patients === 'all' && listSize(this.#patients) === 0) {
      return { items: Promise.resolve([]), calls: [] };
    }
    signal.throwIfAborted();
    return this.#batch.load(need);
  }

  async #loadAll(needs: readonly Need[]): Promise<Loading[]> {
    const { signal, turns } = this.#options;
    const known: (Loading | undefined)[] = [];
    for (const need of needs) {
      known.push(this.#findLoaded(need));
      // Each may look through the thousands of items that another need has loaded.
      if (turns?.isOver) await turns.next();
    }
    signal.throwIfAborted();
    try {
      this.#spend(needs.filter((_, at) => known[at] === undefined));
    } catch (error) {
      if (!(error instanceof OperationTooLarge)) throw error;
      // If it were thrown, DataLoader would make all their keys again, to forget them.
      const items = Promise.reject(error);
      items.catch(() => undefined);
      return needs.map(() => ({ items, calls: [] }));
    }
    return needs.map((need, at) => known[at] ?? this.#fetch(need));
  }

  #spend(missing: readonly Need[]): void {
    const { budget, needs: needBudget } = this.#options;
    needBudget.check();
    for (const ofDestination of Map.groupBy(missing, ({ destination }) => destination).values()) {
      const boxes = ofDestination.map(({ box }) => box);
      needBudget.spend(boxes);
      budget.spend(boxes, this.#patients);
    }
  }

  /** What is asked for it: nothing of patients whom the rights do not name. */
  #queryBoxOf({ box }: Need): Box {
    return limitPatients(box, this.#patients);
  }

  #fetch(need: Need): Loading {
    const { batchKey, caller = '', deadline, trace } = this.#options;
    const patients = this.#patients;
    try {
      const pending = this.#scheduler.submit(need, { batchKey, caller, deadline, trace, patients });
      this.#open.add(pending);
      return { items: this.#await(pending), calls: pending.startedCalls };
    } catch (error) {
      // It fails alone: it says nothing about the others of its batch.
      return { items: Promise.reject(error), calls: [] };
    }
  }

  async #await(pending: PendingNeed): Promise<readonly Item[]> {
    try {
      const items = await pending.answer;
      this.#remember(pending, items);
      // Once for all fields that load the same need.
      return receivable(items, pending.need, this.#options.rights);
    } finally {
      this.#open.delete(pending);
    }
  }

  /** The items of `need` from a loaded need that contains it, unless an item leaves open whether it belongs to it. */
  #findLoaded(need: Need): Loading | undefined {
    const containers = this.#loaded.get(need.destination)?.containersOf(need.box) ?? [];
    for (const { need: loaded, items, calls, sentAt, hasStrays } of containers) {
      if (!treatmentCovers(loaded.files, need.files)) continue;
      if (!this.#scheduler.fence.isCurrent(need.destination, this.#queryBoxOf(need), sentAt)) continue;
      const verdicts = items.map((item) => matchItem(item, need.box, loaded.box));
      if (verdicts.includes('unknown')) continue;
      const own = items.filter((_, at) => verdicts[at] === 'yes');
      if (hasStrays && lacksPatient(own, need.box)) continue;
      return { items: Promise.resolve(receivable(own, need, this.#options.rights)), calls };
    }
    return undefined;
  }

  #remember({ need, startedCalls: calls, sentAt, hasStrays }: PendingNeed, items: readonly Item[]): void {
    let index = this.#loaded.get(need.destination);
    if (index === undefined) {
      index = new BoxIndex();
      this.#loaded.set(need.destination, index);
    }
    index.add(need.box, { need, items, calls, sentAt, hasStrays });
  }

  #abandon(reason: unknown): void {
    for (const pending of this.#open) pending.fail(reason);
  }
}
