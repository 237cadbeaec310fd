/** A need from its submission to its answer: the items received so far, and the calls that it still waits for. */
import type { Item } from '../../redox/messages.ts';
import { keepsForLinks } from '../../redox/reply/contents.ts';
import { FileRelay } from '../../redox/reply/file-relay.ts';
import type { WaitingShare } from '../fairness/waiting-shares.ts';
import { type AnswerTimes, oldestTimes } from '../model/answer.ts';
import { type Box, limitPatients, type Values } from '../model/box.ts';
import { uniteLists } from '../model/item.ts';
import type { PatientKey } from '../model/keys.ts';
import type { Need } from '../model/need.ts';
import type { CallIds } from '../model/outcome.ts';
import type { Part } from '../planning/plan.ts';
import type { Isolation } from './isolation.ts';

/** The part of an UpstreamCall that its needs use. */
interface AwaitedCall {
  recordFinished(need: PendingNeed): void;
}

/** A need, or a part of one, that calls are planned for. */
export type NeedPart = Part<PendingNeed>;

let submitted = 0;

export interface PendingNeedOptions {
  /** Only needs of equal keys may share calls: needs of callers with equal rights, or of one operation (BATCH_SCOPE). */
  readonly batchKey: string;
  /** An opaque text, equal for needs of the same caller: callers take turns. Needs without it count as one caller's. */
  readonly caller?: string;
  /** The same object for all needs of one operation, which are answered together. Needs without it count as one operation's. */
  readonly operation?: object;
  /** When the operation ends, in milliseconds of the scheduler's clock. */
  readonly deadline: number;
  /** The trace that the need's calls belong to; opaque here. */
  readonly trace?: unknown;
  /**
   * The patients that the caller's rights name: a need without patients queries these only. They are equal for equal batch keys.
   */
  readonly patients?: Values<PatientKey>;
}

/** The options that the scheduler adds. */
interface Submission extends PendingNeedOptions {
  /** The current time, in milliseconds of the scheduler's clock. */
  readonly submittedAt: number;
  /** Called once, when the need is answered or fails. */
  readonly onFinish?: (need: PendingNeed) => void;
}

/** The files of a reply that are kept for links. */
export interface ReplyFiles {
  /** Keeps the files of these items. `box`: what was queried; `sentAt`: the call's place in its destination's order of writes. */
  store(items: readonly Item[], box: Box, sentAt: number): void;
}

/** Describes the call that a list of items came from. */
interface ItemSource {
  readonly times: AnswerTimes;
  /** Whether the reply held items that the call did not ask for. */
  readonly hasStrays: boolean;
  /** Null when no files are kept. */
  readonly files: ReplyFiles | null;
}

export class PendingNeed {
  readonly need: Need;
  /** What the need's Media Queries ask for. The caller receives only the items that satisfy `box`. */
  readonly queryBox: Box;
  readonly batchKey: string;
  readonly caller: string;
  readonly operation: object | null;
  readonly deadline: number;
  readonly submittedAt: number;
  readonly trace: unknown;
  /** Needs are numbered as they are submitted: the lower the number, the longer the need has waited. */
  readonly order: number;
  readonly answer: Promise<readonly Item[]>;
  /** The calls in flight that the need waits for. */
  readonly calls = new Set<AwaitedCall>();
  /** How many parts of the need wait for a slot or for the end of writes. Maintained by WaitingShares. */
  waiting = 0;
  /** Counts the waiting parts of the need's caller. Maintained by WaitingShares. */
  share: WaitingShare<PendingNeed> | null = null;
  /** Which other needs the need may share calls with: fewer after each shared call that does not settle it. */
  isolation: Isolation = 'none';
  /** Whether the need was isolated before any reply left it open, since an equal need had to be isolated lately. */
  isIsolatedInAdvance = false;
  /** Whether any reply that the need received items from also held items that the call did not ask for. */
  hasStrays = false;
  finished = false;
  /** The oldest times of the calls that the need received items from; null before the first. */
  times: AnswerTimes | null = null;
  /** All upstream calls that were ever sent for this need, alone or with others. */
  readonly startedCalls: CallIds[] = [];
  #lists: (readonly Item[])[] = [];
  readonly #onFinish: ((need: PendingNeed) => void) | undefined;
  readonly #outcome = Promise.withResolvers<readonly Item[]>();

  constructor(need: Need, options: Submission) {
    const { batchKey, caller = '', operation = null, deadline, submittedAt, trace, onFinish } = options;
    this.need = need;
    this.queryBox = limitPatients(need.box, options.patients ?? 'all');
    this.batchKey = batchKey;
    this.caller = caller;
    this.operation = operation;
    this.deadline = deadline;
    this.submittedAt = submittedAt;
    this.#onFinish = onFinish;
    this.trace = trace;
    this.order = submitted++;
    this.answer = this.#outcome.promise;
    // When the need fails after its operation has ended, nothing awaits the answer; an unhandled rejection would end the process.
    this.answer.catch(() => undefined);
  }

  get box(): Box {
    return this.need.box;
  }

  /** Whether the need names no patients while the caller's rights name some, so that it queries those. */
  get isLimited(): boolean {
    return this.queryBox !== this.need.box;
  }

  /** Whether the need is a download, whose file is passed on while it arrives, as fast as the caller reads. */
  get isRelay(): boolean {
    return this.need.files instanceof FileRelay;
  }

  /** Adds the items of one call. Returns true when the need waits for no other call and can be answered. */
  receive(items: readonly Item[], { times, hasStrays, files }: ItemSource): boolean {
    if (!this.finished && keepsForLinks(this.need.files)) {
      files?.store(items, this.queryBox, times.sentAt);
    }
    this.#lists.push(items);
    this.hasStrays ||= hasStrays;
    this.times = oldestTimes(this.times, times);
    return !this.finished && this.calls.size === 0 && this.waiting === 0;
  }

  /** Resolves `answer` with the items received, unless the need has failed meanwhile. */
  answerNow(): void {
    if (this.finished) return;
    this.#finish();
    this.#outcome.resolve(uniteLists(this.#lists));
  }

  /** Drops all received items and awaited calls: the need is queried again. */
  restart(isolation: Isolation, isIsolatedInAdvance: boolean): void {
    this.isolation = isolation;
    this.isIsolatedInAdvance = isIsolatedInAdvance;
    this.#lists = [];
    this.hasStrays = false;
    this.times = null;
    this.calls.clear();
  }

  fail(reason: unknown): void {
    if (this.finished) return;
    this.#finish();
    this.#outcome.reject(reason);
    for (const call of this.calls) call.recordFinished(this);
  }

  #finish(): void {
    this.finished = true;
    this.#onFinish?.(this);
  }
}
