/** One Media Query, from the plan that made it to its end, and the needs that wait for it. It is sent at most once. */
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
 * `cancelled`: no operation waited for it any more while it was in flight. `answered`: its reply is there, and is being distributed;
 * no more needs may wait for it.
 */
export type CallState = 'waiting' | 'in-flight' | 'answered' | 'settled' | 'failed' | 'cancelled';

/** What a call goes on from, if not from a plan. */
export interface Origin {
  /** The call that failed and is split, of which this one asks half. */
  readonly half: Halving | null;
  /** 1, or 2 for a retry: there is no third. */
  readonly attempt: number;
  /** It may not be sent before this time, in milliseconds of the scheduler's clock. */
  readonly notBefore: number;
  /** See `repeatCall`. */
  readonly isRepetition?: boolean;
  readonly isProbe?: boolean;
}

const FROM_PLAN: Origin = { half: null, attempt: 1, notBefore: Number.NEGATIVE_INFINITY };

export class UpstreamCall {
  /** Tells this call from all others, wherever it is accounted for. A half or a retry is another call. */
  readonly account = new CallAccount();
  readonly box: Box;
  /** The most that any need it was planned for asks of the files. */
  readonly files: ReplyTreatment;
  /** Who downloads what it passes on, the first of those who do; null for all other calls. */
  readonly relayedTo: string | null;
  /** The number of its longest waiting need: needs are numbered as they arrive. */
  readonly seniority: number;
  readonly half: Halving | null;
  readonly attempt: number;
  readonly notBefore: number;
  readonly isRepetition: boolean;
  /** It finds out whether the destination is back, and is given up when it takes too long. */
  readonly isProbe: boolean;
  /** It takes far longer than calls have been taking. SlowCalls keeps it. */
  isOverdue = false;
  /** How it counts among the calls in flight, and among whose. ConcurrencyLimiter keeps it. */
  slot: Slot = 'none';
  slotOf: CallerParts | null = null;
  /** The files of its reply that are kept for links. CallSender sets it. */
  keptFiles: ReplyFiles | null = null;
  #counterpart: UpstreamCall | null = null;
  #isSuperseded = false;
  #parts: NeedPart[];
  #callers: CallerParts | null = null;
  /** Those of its needs that are not finished, while it is in flight. Kept, not scanned: many may finish at once. */
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

  /** What it was planned for, and what was coalesced with it since; each inside `box`. */
  get parts(): readonly NeedPart[] {
    return this.#parts;
  }

  /** Which part of it each caller has, by the parts of needs. */
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

  /** The times of an answer that comes now. */
  timesAt(clock: Pick<Clock, 'now' | 'wallTime'>): AnswerTimes {
    const { sentAt, startedAt: askedAt } = this;
    return { sentAt, askedAt, answeredAt: clock.now(), asOf: clock.wallTime() };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isRelay(): boolean {
    return this.files instanceof ReplyRelay;
  }

  /** Tells the one part of each need that the call is for; undefined of a need with several. */
  partOf(): (need: PendingNeed) => Box | undefined {
    const boxes = new Map<PendingNeed, Box | undefined>();
    for (const { owner, box } of this.#parts) boxes.set(owner, boxes.has(owner) ? undefined : box);
    return (need) => boxes.get(need);
  }

  /** The parts that an operation still waits for. */
  get openParts(): readonly NeedPart[] {
    return this.#parts.filter(({ owner }) => !owner.finished);
  }

  /** When the last operation ends that waits for it; null when none does. */
  get lastDeadline(): number | null {
    return this.openParts.reduce<number | null>(
      (last, { owner }) => Math.max(last ?? owner.deadline, owner.deadline),
      null,
    );
  }

  /** It is sent at `now`, at the place `sentAt` in the destination's order of writes. */
  start(sentAt: number, now: number): void {
    this.#state = 'in-flight';
    this.#sentAt = sentAt;
    this.#startedAt = now;
    this.half?.recordStart();
    for (const { owner } of this.#parts) this.#await(owner);
  }

  /** Whether a need may wait for it. A call without open parts is being cancelled, and the need would be with it. */
  isOpenTo({ batchKey, isolation, queryBox, need: { files } }: PendingNeed): boolean {
    return (
      !this.isRepetition &&
      this.#state === 'in-flight' &&
      this.#parts[0]?.owner.batchKey === batchKey &&
      treatmentCovers(this.files, files) &&
      allowsCall(isolation, queryBox, this.box)
    );
  }

  /** A need waits for it that it was not planned for. */
  coalesce(part: NeedPart): void {
    this.#parts.push(part);
    this.#callers = null;
    this.#await(part.owner);
  }

  /** These needs no longer wait for it. */
  drop(needs: ReadonlySet<PendingNeed>): void {
    this.#parts = this.#parts.filter(({ owner }) => !needs.has(owner));
    this.#callers = null;
    for (const need of needs) {
      need.calls.delete(this);
      this.recordFinished(need);
    }
  }

  /** One of its needs no longer waits. It is cancelled when none does. */
  recordFinished(need: PendingNeed): void {
    this.#waiters.delete(need);
    if (this.#waiters.size === 0) this.giveUp();
  }

  /** The needs that wait for it, while it is in flight. */
  get openNeeds(): PendingNeed[] {
    return [...this.#waiters].filter(({ finished }) => !finished);
  }

  /** Its reply has been read. */
  recordAnswer(): void {
    if (this.#state === 'in-flight') this.#state = 'answered';
  }

  /** It is over. Returns the needs that still wait for something, each once; they no longer wait for this call. */
  end(state: 'settled' | 'failed'): PendingNeed[] {
    this.half?.recordEnd();
    if (this.#state === 'in-flight' || this.#state === 'answered') this.#state = state;
    const needs = this.openNeeds;
    for (const need of needs) need.calls.delete(this);
    return needs;
  }

  /** The other one of a slow call and its repetition, while both are under way: the one that is answered first settles both. */
  get counterpart(): UpstreamCall | null {
    return this.#counterpart;
  }

  /** Its counterpart was answered: nothing follows from its end. */
  get isSuperseded(): boolean {
    return this.#isSuperseded;
  }

  /** `repetition` asks the same while this call goes on. */
  link(repetition: UpstreamCall): void {
    repetition.#counterpart = this;
    this.#counterpart = repetition;
  }

  /** Parts from its counterpart, if it has one, which is returned. */
  unlink(): UpstreamCall | null {
    const counterpart = this.#counterpart;
    if (counterpart !== null) counterpart.#counterpart = null;
    this.#counterpart = null;
    return counterpart;
  }

  supersede(): void {
    this.#isSuperseded = true;
    this.giveUp();
  }

  /** Ends it; its needs wait for its counterpart. */
  giveUp(): void {
    if (this.#state !== 'in-flight') return;
    this.#state = 'cancelled';
    this.#controller.abort();
  }

  /** It is neither a half nor a retry. */
  get isFromPlan(): boolean {
    return this.half === null && this.attempt === 1;
  }

  #await(need: PendingNeed): void {
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

/** What is told of a call to those that account for it, who keep it longer than the call: it grows until the call is over. */
class CallAccount implements CallIds {
  readonly id = randomUUID();
  logIds: readonly string[] = [];
  traceId: string | null = null;
  bytes?: number;
  query?: string;

  /** It may have reached Redox. `query`: the body of the request, where it is shown; else null. */
  recordSent(query: string | null): void {
    this.bytes = 0;
    if (query !== null) this.query = query;
  }

  /** It is over. `bytes`: of its reply; absent where there is none. */
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
