/**
 * Writes that wait for a slot and the quota. Callers take turns; those of one caller go one by one, in the order in which they came,
 * and before its queries.
 */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { CallerParts, CallerTurns } from '../fairness/caller-turns.ts';
import type { ConcurrencyLimiter, MayStart, Slot, SlotSeeker } from '../fairness/concurrency-limiter.ts';
import { type WaitingShare, WaitingShares } from '../fairness/waiting-shares.ts';
import type { SentWrite } from '../ordering/shared-write-order.ts';
import { unavailable } from '../resilience/circuit-breakers.ts';
import type { RateLimiter, Waiter } from '../resilience/rate-limiter.ts';

export interface QueuedWrite<T> {
  readonly send: () => Promise<T>;
  /** Whether calls to its destinations may start. */
  readonly admits: () => boolean;
  /** The same text for the same caller, as of a need. */
  readonly caller: string;
  /** In milliseconds of the scheduler's clock. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Needs for the patient that it is about wait until it is answered. */
export interface WriteOptions extends Pick<QueuedWrite<unknown>, 'deadline' | 'signal'>, SentWrite {
  /** Default: all writes and needs without one are of one. */
  readonly caller?: string;
}

/** A write that waits for its turn. */
export interface WaitingWrite extends Waiter, SlotSeeker {
  finished: boolean;
  readonly caller: string;
  /** 1 while it waits. WaitingShares keeps both. */
  waiting: number;
  share: WaitingShare<WaitingWrite> | null;
  readonly admits: () => boolean;
  readonly start: () => void;
}

/** A write that was sent. */
interface Sending {
  readonly callers: CallerParts;
  readonly relayedTo: null;
  readonly isRepetition: false;
  slot: Slot;
  slotOf: CallerParts | null;
  readonly startedAt: number;
}

export interface WriteQueueOptions {
  readonly concurrency: ConcurrencyLimiter;
  readonly rateLimiter: RateLimiter;
  readonly turns: CallerTurns;
  /** How many writes may wait. */
  readonly maxWaiting: number;
  readonly clock: Clock;
  /** A slot is free again, or a write has come. */
  readonly onEnd: () => void;
}

export class WriteQueue {
  readonly #concurrency: ConcurrencyLimiter;
  readonly #rateLimiter: RateLimiter;
  readonly #turns: CallerTurns;
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  #sending: readonly Sending[] = [];
  readonly #maxWaiting: number;
  readonly #shares = new WaitingShares<WaitingWrite>();
  /** By caller, each in the order in which they came; a caller without any has no entry. */
  readonly #waiting = new Map<string, Set<WaitingWrite>>();

  constructor({ concurrency, rateLimiter, turns, maxWaiting, clock, onEnd }: WriteQueueOptions) {
    this.#maxWaiting = maxWaiting;
    this.#turns = turns;
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#rateLimiter = rateLimiter;
    this.#onEnd = onEnd;
  }

  /**
   * Resolves to what `send` resolves to, once it may start. @throws, unsent, OVERLOADED when too many wait, RATE_LIMITED when it would wait beyond its deadline,
   * UPSTREAM_UNAVAILABLE when a circuit breaker is open at its turn, the signal's reason when that ends the wait.
   */
  async add<T>({ send, signal, caller, ...write }: QueuedWrite<T>): Promise<T> {
    signal.throwIfAborted();
    this.#makeRoom(caller);
    const turn = Promise.withResolvers<T>();
    const leaveQueue = (entry: WaitingWrite) => this.#remove(caller, entry);
    const callers = new Map([[caller, 1]]);
    const entry: WaitingWrite = {
      ...write,
      caller,
      callers,
      waiting: 0,
      share: null,
      relayedTo: null,
      finished: false,
      start: () => {
        leaveQueue(entry);
        turn.resolve(this.#run(send, callers));
      },
      fail(error) {
        leaveQueue(entry);
        turn.reject(error);
      },
    };
    const leave = () => entry.fail(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    this.#add(caller, entry);
    this.#onEnd();
    return turn.promise.finally(() => signal.removeEventListener('abort', leave));
  }

  /** Those that wait; those of one caller in the order in which they will start. */
  get waiting(): readonly WaitingWrite[] {
    return [...this.#waiting.values()].flatMap((ofCaller) => [...ofCaller]);
  }

  /** The turn of the write that should go next, of those that `mayStart` lets; infinite when none may. */
  turnOfNext(mayStart: MayStart): number {
    const next = this.#next(mayStart);
    return next === undefined ? Number.POSITIVE_INFINITY : this.#turns.turnOf(next);
  }

  /** Lets that write go, if there is one. What starts counts at once: the next one depends on it. */
  startNext(mayStart: MayStart): boolean {
    const next = this.#next(mayStart);
    if (next === undefined) return false;
    if (next.admits()) next.start();
    else next.fail(unavailable());
    return true;
  }

  /** Of the first one of each caller that whose turn comes first. */
  #next(mayStart: MayStart): WaitingWrite | undefined {
    let next: WaitingWrite | undefined;
    for (const [first] of this.#waiting.values()) {
      if (first === undefined || !mayStart(first)) continue;
      if (next === undefined || this.#turns.turnOf(first) < this.#turns.turnOf(next)) next = first;
    }
    return next;
  }

  /** One too many would wait: it is refused, or one of a caller of whom more than its share wait, which is not sent. */
  #makeRoom(caller: string): void {
    if (this.#shares.size < this.#maxWaiting) return;
    const error = new GatewayError('OVERLOADED', { retryable: true });
    const refused = this.#shares.findNeedToEvict(caller);
    if (refused === null) throw error;
    refused.fail(error);
  }

  #add(caller: string, entry: WaitingWrite): void {
    this.#shares.count(entry, 1);
    const ofCaller = this.#waiting.get(caller);
    if (ofCaller === undefined) this.#waiting.set(caller, new Set([entry]));
    else ofCaller.add(entry);
  }

  #remove(caller: string, entry: WaitingWrite): void {
    if (!entry.finished) this.#shares.count(entry, -1);
    entry.finished = true;
    const ofCaller = this.#waiting.get(caller);
    ofCaller?.delete(entry);
    if (ofCaller?.size === 0) this.#waiting.delete(caller);
  }

  get isSending(): boolean {
    return this.#sending.length > 0;
  }

  /** A write that takes longer no longer keeps other calls from starting. */
  setSlowAside(ms: number): void {
    const now = this.#clock.now();
    for (const sending of this.#sending) {
      if (now - sending.startedAt >= ms) this.#concurrency.setAside(sending);
    }
  }

  async #run<T>(send: () => Promise<T>, callers: CallerParts): Promise<T> {
    const sending: Sending = {
      callers,
      relayedTo: null,
      isRepetition: false,
      slot: 'none',
      slotOf: null,
      startedAt: this.#clock.now(),
    };
    this.#sending = [...this.#sending, sending];
    this.#concurrency.acquire(sending);
    this.#turns.record(sending);
    const permit = this.#rateLimiter.start();
    let failure: unknown = null;
    try {
      return await send();
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      permit.end(failure);
      this.#concurrency.release(sending);
      this.#sending = this.#sending.filter((one) => one !== sending);
      this.#onEnd();
    }
  }
}
