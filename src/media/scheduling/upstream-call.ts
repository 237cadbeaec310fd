/** One Media Query, from its planning to its end, and the needs that wait for it. It is sent at most once. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { type ReplyTreatment, strongestTreatment, treatmentCovers } from '../../redox/reply/contents.ts';
import { ReplyRelay } from '../../redox/reply/reply-relay.ts';
import type { CallerParts } from '../fairness/caller-turns.ts';
import type { Slot } from '../fairness/concurrency-limiter.ts';
import type { AnswerTimes } from '../model/answer.ts';
import type { Box } from '../model/box.ts';
import type { CallIds } from '../model/outcome.ts';
import type { PlannedCall } from '../planning/plan.ts';
import type { Halving } from '../resilience/halving.ts';
import { allowsCall } from './isolation.ts';
import type { NeedPart, PendingNeed, ReplyFiles } from './pending-need.ts';

/**
 * `answered`: the reply has been read and is being distributed; no more needs can join the call. `cancelled`: the call was
 * aborted in flight, since no need waited for it any more or, when it is one of two counterparts, since it is no longer required.
 */
export type CallState = 'waiting' | 'in-flight' | 'answered' | 'settled' | 'failed' | 'cancelled';

/** How a call came about, unless it was planned. */
export interface Origin {
  /** The split that this call is half of; null for a call that is no half. */
  readonly half: Halving | null;
  /** 1, or 2 for a retry; there is no third attempt. */
  readonly attempt: number;
  /** The call may not be sent before this time, in milliseconds of the scheduler's clock. */
  readonly notBefore: number;
  /** Whether the call repeats another one that is still in flight (see `repeatCall`). */
  readonly isRepetition?: boolean;
  /** Whether the call is a repetition that finds out whether the destination responds again. */
  readonly isProbe?: boolean;
}

const FROM_PLAN: Origin = { half: null, attempt: 1, notBefore: Number.NEGATIVE_INFINITY };

export class UpstreamCall {
  /** Identifies this call wherever it is accounted for. A half or a retry is another call. */
  readonly account = new CallAccount();
  readonly box: Box;
  /** The strongest treatment of files that any of the planned needs requires. */
  readonly files: ReplyTreatment;
  /** The caller that a downloaded file is passed on to, the first one of several; null for a call that is no download. */
  readonly relayedTo: string | null;
  /** The `order` of the oldest need that the call was planned for. */
  readonly seniority: number;
  readonly half: Halving | null;
  readonly attempt: number;
  readonly notBefore: number;
  readonly isRepetition: boolean;
  /** Probes are cancelled when they take too long. */
  readonly isProbe: boolean;
  /** Whether the call takes far longer than calls took lately. Set by SlowCalls. */
  isOverdue = false;
  /** How the call counts against REDOX_CONCURRENCY. Set by ConcurrencyLimiter. */
  slot: Slot = 'none';
  /** The callers that the slot of the call counts for. Set by ConcurrencyLimiter. */
  slotOf: CallerParts | null = null;
  /** The files of the reply that are kept for links. Set by CallSender. */
  keptFiles: ReplyFiles | null = null;
  /** The deadline of the need that was the last to wait for the call; null while any need waits. */
  lastWaiterDeadline: number | null = null;
  #counterpart: UpstreamCall | null = null;
  #isSuperseded = false;
  #parts: NeedPart[];
  #callers: CallerParts | null = null;
  /** The unfinished needs of a call in flight. They are kept in a set, not searched for, since many may finish at once. */
  readonly #waiters = new Set<PendingNeed>();
  #state: CallState = 'waiting';
  #sentAt = 0;
  #startedAt = 0;
  readonly #controller = new AbortController();

  constructor({ box, parts }: PlannedCall<PendingNeed>, origin: Origin = FROM_PLAN) {
    const { half, attempt, notBefore, isRepetition = false, isProbe = false } = origin;
    this.box = box;
    this.isRepetition = isRepetition;
    this.isProbe = isProbe;
    this.#parts = [...parts];
    this.half = half;
    this.attempt = attempt;
    this.notBefore = notBefore;
    this.files = strongestTreatment(parts.map(({ owner }) => owner.need.files));
    this.relayedTo = this.isRelay ? (parts[0]?.owner.caller ?? null) : null;
    this.seniority = parts.reduce(
      (oldest, { owner }) => Math.min(oldest, owner.order),
      Number.POSITIVE_INFINITY,
    );
  }

  /** The parts of needs that the call was planned for, and those that joined it later; each lies within `box`. */
  get parts(): readonly NeedPart[] {
    return this.#parts;
  }

  /** The share of each caller in this call, by the number of its parts. */
  get callers(): CallerParts {
    this.#callers ??= callersOf(this.#parts);
    return this.#callers;
  }

  get state(): CallState {
    return this.#state;
  }

  /** Its place in the destination's order of writes. */
  get sentAt(): number {
    return this.#sentAt;
  }

  /** When it was sent, in milliseconds of the scheduler's clock. */
  get startedAt(): number {
    return this.#startedAt;
  }

  /** The times of an answer that this call gives now. */
  timesAt(clock: Pick<Clock, 'now' | 'wallTime'>): AnswerTimes {
    const { sentAt, startedAt } = this;
    return { sentAt, startedAt, answeredAt: clock.now(), asOf: clock.wallTime() };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isRelay(): boolean {
    return this.files instanceof ReplyRelay;
  }

  /** Returns a function that returns the part of a need that this call is for; undefined for a need with several parts here. */
  partOf(): (need: PendingNeed) => Box | undefined {
    const boxes = new Map<PendingNeed, Box | undefined>();
    for (const { owner, box } of this.#parts) boxes.set(owner, boxes.has(owner) ? undefined : box);
    return (need) => boxes.get(need);
  }

  /** The parts whose needs are not finished. */
  get openParts(): readonly NeedPart[] {
    return this.#parts.filter(({ owner }) => !owner.finished);
  }

  /** The latest deadline among its unfinished needs; null when there are none. */
  get lastDeadline(): number | null {
    return this.openParts.reduce<number | null>(
      (last, { owner }) => Math.max(last ?? owner.deadline, owner.deadline),
      null,
    );
  }

  /** Records that the call is sent at `now`. `sentAt`: its place in the destination's order of writes. */
  start(sentAt: number, now: number): void {
    this.#state = 'in-flight';
    this.#sentAt = sentAt;
    this.#startedAt = now;
    this.half?.recordStart();
    for (const { owner } of this.#parts) this.#addWaiter(owner);
  }

  /** Whether a need may join the call. */
  isOpenTo({ batchKey, isolation, queryBox, need: { files } }: PendingNeed): boolean {
    return (
      !this.isRepetition &&
      this.#state === 'in-flight' &&
      this.#parts[0]?.owner.batchKey === batchKey &&
      treatmentCovers(this.files, files) &&
      allowsCall(isolation, queryBox, this.box)
    );
  }

  /** Adds a part of a need that joins the call while it is in flight. */
  coalesce(part: NeedPart): void {
    this.#parts.push(part);
    this.#callers = null;
    this.#addWaiter(part.owner);
  }

  /** Removes these needs from the call. */
  drop(needs: ReadonlySet<PendingNeed>): void {
    this.#parts = this.#parts.filter(({ owner }) => !needs.has(owner));
    this.#callers = null;
    for (const need of needs) {
      need.calls.delete(this);
      this.recordFinished(need);
    }
  }

  /** Records that a need no longer waits for the call. The call is cancelled when no need waits for it. */
  recordFinished(need: PendingNeed): void {
    this.#waiters.delete(need);
    if (this.#waiters.size > 0) return;
    this.lastWaiterDeadline = need.deadline;
    this.cancel();
  }

  /** The unfinished needs that wait for the call while it is in flight. */
  get openNeeds(): PendingNeed[] {
    return [...this.#waiters].filter(({ finished }) => !finished);
  }

  /** Records that the reply has been read. */
  recordAnswer(): void {
    if (this.#state === 'in-flight') this.#state = 'answered';
  }

  /** Records the end of the call. Returns its unfinished needs, each once; they no longer wait for this call. */
  end(state: 'settled' | 'failed'): PendingNeed[] {
    this.half?.recordEnd();
    if (this.#state === 'in-flight' || this.#state === 'answered') this.#state = state;
    const needs = this.openNeeds;
    for (const need of needs) need.calls.delete(this);
    return needs;
  }

  /** The repetition of this call, or the call that it repeats, while both are in flight. The first reply settles both. */
  get counterpart(): UpstreamCall | null {
    return this.#counterpart;
  }

  /** Whether its counterpart was answered first, so that nothing follows from the end of this call. */
  get isSuperseded(): boolean {
    return this.#isSuperseded;
  }

  /** Makes this call and its repetition counterparts. */
  link(repetition: UpstreamCall): void {
    repetition.#counterpart = this;
    this.#counterpart = repetition;
  }

  /** Separates this call from its counterpart, and returns the counterpart; null when there is none. */
  unlink(): UpstreamCall | null {
    const counterpart = this.#counterpart;
    if (counterpart !== null) counterpart.#counterpart = null;
    this.#counterpart = null;
    return counterpart;
  }

  /** Cancels the call, since its counterpart was answered. */
  supersede(): void {
    this.#isSuperseded = true;
    this.cancel();
  }

  /** Aborts the request if it is in flight. */
  cancel(): void {
    if (this.#state !== 'in-flight') return;
    this.#state = 'cancelled';
    this.#controller.abort();
  }

  /** Whether the call is neither a half nor a retry. */
  get isFromPlan(): boolean {
    return this.half === null && this.attempt === 1;
  }

  #addWaiter(need: PendingNeed): void {
    if (need.finished || this.#waiters.has(need)) return;
    need.calls.add(this);
    need.startedCalls.push(this.account);
    this.#waiters.add(need);
  }
}

function callersOf(parts: readonly NeedPart[]): CallerParts {
  const callers = new Map<string, number>();
  for (const { owner } of parts)
    callers.set(owner.caller, (callers.get(owner.caller) ?? 0) + 1 / parts.length);
  return callers;
}

/** The data of a call for responses, logs and the audit trail, which keep it longer than the call. Completed when the call ends. */
class CallAccount implements CallIds {
  readonly id = randomUUID();
  logIds: readonly string[] = [];
  traceId: string | null = null;
  bytes?: number;
  query?: string;

  /** Records that the request may have reached Redox. `query`: the body of the request if queries are shown, otherwise null. */
  recordSent(query: string | null): void {
    this.bytes = 0;
    if (query !== null) this.query = query;
  }

  /** Records the end of the call. `bytes`: the size of the reply; absent when there is none. */
  recordEnd({
    logIds = [],
    traceId = null,
    bytes,
  }: Partial<Pick<CallIds, 'logIds' | 'traceId' | 'bytes'>>): void {
    this.logIds = logIds;
    this.traceId = traceId;
    if (bytes !== undefined) this.bytes = bytes;
  }
}
