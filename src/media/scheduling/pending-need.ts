/** A need from its arrival at the scheduler to its answer: what has come back so far, and what is still missing. */
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

/** The part of a call that a need knows. */
interface AwaitedCall {
  recordFinished(need: PendingNeed): void;
}

/** A need, or a part of one, as calls are planned for it. */
export type NeedPart = Part<PendingNeed>;

let submitted = 0;

export interface PendingNeedOptions {
  /** Needs of equal keys may share calls: those of equal rights, or of one operation (BATCH_SCOPE). */
  readonly batchKey: string;
  /** The same text for the same caller, of which nothing is read: callers take turns. Default: all needs without one are of one. */
  readonly caller?: string;
  /** The same object for all needs of one operation, which are answered together. Default: all needs without one are of one. */
  readonly operation?: object;
  /** When the operation ends, in milliseconds of the scheduler's clock. */
  readonly deadline: number;
  /** What its calls are traced as part of; opaque here. */
  readonly trace?: unknown;
  /** Those whom its caller's rights name: a need that names no patients asks for these alone. Equal for equal batch keys. */
  readonly patients?: Values<PatientKey>;
}

/** As the scheduler hands it on. */
interface Submitted extends PendingNeedOptions {
  /** Now, in milliseconds of its clock. */
  readonly submittedAt: number;
  /** Is told when the need is answered or fails. */
  readonly onFinish?: (need: PendingNeed) => void;
}

/** The files of a reply, which are kept for links. */
export interface ReplyFiles {
  /** The documents were asked for by a question for `box`, at this place of its destination's order of writes. */
  store(items: readonly Item[], box: Box, sentAt: number): void;
}

/** The call that a list of items came from. */
interface Source {
  readonly times: AnswerTimes;
  /** Its reply held items from outside what it asked for. */
  readonly hasStrays: boolean;
  /** Null: none are kept. */
  readonly files: ReplyFiles | null;
}

export class PendingNeed {
  readonly need: Need;
  /** What its Media Queries ask for. What satisfies it is its `box`: of what they bring, its caller receives its own. */
  readonly queryBox: Box;
  readonly batchKey: string;
  readonly caller: string;
  readonly operation: object | null;
  readonly deadline: number;
  readonly submittedAt: number;
  readonly trace: unknown;
  /** Grows with time: the lower, the longer it waits. */
  readonly order: number;
  readonly answer: Promise<readonly Item[]>;
  /** Calls in flight that it is not settled without. */
  readonly calls = new Set<AwaitedCall>();
  /** How many of its parts wait for a slot, or for a write. WaitingShares keeps it, and where its caller's are counted. */
  waiting = 0;
  share: WaitingShare<PendingNeed> | null = null;
  /** With which others it may share calls: with ever fewer, as shared calls do not settle it. */
  isolation: Isolation = 'none';
  /** It was isolated from the beginning, since an equal need had to be. */
  isRecalled = false;
  /** Some reply that it was answered from held items from outside what its call asked for. */
  hasStrays = false;
  finished = false;
  /** Of the calls that it was answered from; null before the first. */
  times: AnswerTimes | null = null;
  /** Upstream calls that are, or were, (also) for it. */
  readonly startedCalls: CallIds[] = [];
  #lists: (readonly Item[])[] = [];
  readonly #onFinish: ((need: PendingNeed) => void) | undefined;
  readonly #outcome = Promise.withResolvers<readonly Item[]>();

  constructor(need: Need, options: Submitted) {
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
    // The operation may have ended by the time it fails; an unhandled rejection would end the process.
    this.answer.catch(() => undefined);
  }

  get box(): Box {
    return this.need.box;
  }

  /** It names no patients, and its caller's rights name some. */
  get isLimited(): boolean {
    return this.queryBox !== this.need.box;
  }

  /** Its file is passed on to its caller while it arrives, as fast as the caller reads it. */
  get isRelay(): boolean {
    return this.need.files instanceof FileRelay;
  }

  /** Takes the items of one call. Returns whether it has all: no other call is missing, and it can be answered. */
  receive(items: readonly Item[], { times, hasStrays, files }: Source): boolean {
    if (!this.finished && keepsForLinks(this.need.files)) {
      files?.store(items, this.queryBox, times.sentAt);
    }
    this.#lists.push(items);
    this.hasStrays ||= hasStrays;
    this.times = oldestTimes(this.times, times);
    return !this.finished && this.calls.size === 0 && this.waiting === 0;
  }

  /** Answers it with what it has received, unless its operation has ended meanwhile. */
  answerNow(): void {
    if (this.finished) return;
    this.#finish();
    this.#outcome.resolve(uniteLists(this.#lists));
  }

  /** Forgets the items that came, since they leave open which are its own. */
  startAnew(isolation: Isolation, isRecalled: boolean): void {
    this.isolation = isolation;
    this.isRecalled = isRecalled;
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
