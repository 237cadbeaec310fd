/**
 * The writes that wait for a slot and the quota. Callers take turns; the writes of one caller start in the order in which they
 * came, and before the caller's queries.
 */
import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { CallerParts, CallerTurns } from '../fairness/caller-turns.ts';
import type { ConcurrencyLimiter, MayStart, Slot, SlotSeeker } from '../fairness/concurrency-limiter.ts';
import { type WaitingShare, WaitingShares } from '../fairness/waiting-shares.ts';
import type { SentWrite } from '../ordering/shared-write-order.ts';
import { createUnavailableError } from '../resilience/circuit-breakers.ts';
import type { RateLimiter, Waiter } from '../resilience/rate-limiter.ts';

export interface QueuedWrite<T> {
  readonly send: () => Promise<T>;
  /** Whether the circuit breakers admit calls to its destinations. */
  readonly admits: () => boolean;
  /** An opaque text that is equal for writes and needs of the same caller. */
  readonly caller: string;
  /** In milliseconds of the scheduler's clock. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Needs for the patient that the write is about wait until the write is answered. */
export interface WriteOptions extends Pick<QueuedWrite<unknown>, 'deadline' | 'signal'>, SentWrite {
  /** Default: one caller for all writes and needs without it. */
  readonly caller?: string;
}

/** A write that waits in the queue. */
export interface WaitingWrite extends Waiter, SlotSeeker {
  finished: boolean;
  readonly caller: string;
  /** 1 while the write waits, otherwise 0. Maintained by WaitingShares. */
  waiting: number;
  /** The waiting writes of its caller. Maintained by WaitingShares. */
  share: WaitingShare<WaitingWrite> | null;
  readonly admits: () => boolean;
  readonly start: () => void;
}

/** A write in flight. */
interface WriteInFlight {
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
  /** Called when a write was queued, and when a write has ended, so that a slot is free. */
  readonly onChange: () => void;
}

export class WriteQueue {
  readonly #concurrency: ConcurrencyLimiter;
  readonly #rateLimiter: RateLimiter;
  readonly #turns: CallerTurns;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #inFlight: readonly WriteInFlight[] = [];
  readonly #maxWaiting: number;
  readonly #shares = new WaitingShares<WaitingWrite>();
  /** The waiting writes of each caller, in the order in which they came. A caller without waiting writes has no entry. */
  readonly #waiting = new Map<string, Set<WaitingWrite>>();

  constructor({ concurrency, rateLimiter, turns, maxWaiting, clock, onChange }: WriteQueueOptions) {
    this.#maxWaiting = maxWaiting;
    this.#turns = turns;
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#rateLimiter = rateLimiter;
    this.#onChange = onChange;
  }

  /**
   * Queues a write, calls `send` when the write may start, and settles as `send` does.
   * @throws without sending the write: OVERLOADED when too many writes wait; RATE_LIMITED when it could not start before its
   * deadline; UPSTREAM_UNAVAILABLE when a circuit breaker is open at its turn; the signal's reason when the signal aborts while
   * the write waits.
   */
  async add<T>({ send, signal, caller, ...write }: QueuedWrite<T>): Promise<T> {
    signal.throwIfAborted();
    this.#makeRoom(caller);
    const result = Promise.withResolvers<T>();
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
        result.resolve(this.#run(send, callers));
      },
      fail(error) {
        leaveQueue(entry);
        result.reject(error);
      },
    };
    const onAbort = () => entry.fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#add(caller, entry);
    this.#onChange();
    return result.promise.finally(() => signal.removeEventListener('abort', onAbort));
  }

  /** All waiting writes; those of one caller in the order in which they will start. */
  get waiting(): readonly WaitingWrite[] {
    return [...this.#waiting.values()].flatMap((ofCaller) => [...ofCaller]);
  }

  /** Returns the turn of the write that should start next among those that `mayStart` allows; infinite when none may start. */
  turnOfNext(mayStart: MayStart): number {
    const next = this.#next(mayStart);
    return next === undefined ? Number.POSITIVE_INFINITY : this.#turns.turnOf(next);
  }

  /** Starts that write; it counts against slots and quota at once. Returns false when none may start. */
  startNext(mayStart: MayStart): boolean {
    const next = this.#next(mayStart);
    if (next === undefined) return false;
    if (next.admits()) next.start();
    else next.fail(createUnavailableError());
    return true;
  }

  /** Returns the write with the lowest turn among the first writes of all callers that may start. */
  #next(mayStart: MayStart): WaitingWrite | undefined {
    let next: WaitingWrite | undefined;
    for (const [first] of this.#waiting.values()) {
      if (first === undefined || !mayStart(first)) continue;
      if (next === undefined || this.#turns.turnOf(first) < this.#turns.turnOf(next)) next = first;
    }
    return next;
  }

  /** When the queue is full, fails a write of the caller with the most writes; throws when the new write's caller has its share. */
  #makeRoom(caller: string): void {
    if (this.#shares.size < this.#maxWaiting) return;
    const error = new GatewayError('OVERLOADED');
    const rejected = this.#shares.findNeedToEvict(caller);
    if (rejected === null) throw error;
    rejected.fail(error);
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
    return this.#inFlight.length > 0;
  }

  /** Sets aside the slots of writes that take longer than `ms`, so that other calls can start. */
  setSlowAside(ms: number): void {
    const now = this.#clock.now();
    for (const write of this.#inFlight) {
      if (now - write.startedAt >= ms) this.#concurrency.setAside(write);
    }
  }

  async #run<T>(send: () => Promise<T>, callers: CallerParts): Promise<T> {
    const write: WriteInFlight = {
      callers,
      relayedTo: null,
      isRepetition: false,
      slot: 'none',
      slotOf: null,
      startedAt: this.#clock.now(),
    };
    this.#inFlight = [...this.#inFlight, write];
    this.#concurrency.acquire(write);
    this.#turns.record(write);
    const permit = this.#rateLimiter.start();
    let failure: unknown = null;
    try {
      return await send();
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      permit.end(failure);
      this.#concurrency.release(write);
      this.#inFlight = this.#inFlight.filter((other) => other !== write);
      this.#onChange();
    }
  }
}
