/** Writes that wait for a slot and the quota. They go one by one, in the order in which they came, before queries. */
import type { Clock } from '../../clock.ts';
import type { Identifier } from '../../redox/messages.ts';
import { unavailable } from '../resilience/circuit-breakers.ts';
import type { RateLimiter, Waiter } from '../resilience/rate-limiter.ts';
import type { ConcurrencyLimiter, Slot } from './concurrency-limiter.ts';

export interface QueuedWrite<T> {
  readonly send: () => Promise<T>;
  /** Whether calls to its destinations may start. */
  readonly admits: () => boolean;
  /** In milliseconds of the scheduler's clock. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

export interface WriteOptions extends Pick<QueuedWrite<unknown>, 'deadline' | 'signal'> {
  /** The patient it is about: needs for this patient wait until it is answered. */
  readonly patient: readonly Identifier[];
}

/** A write that waits for its turn. */
interface WaitingWrite extends Waiter {
  readonly admits: () => boolean;
  readonly start: () => void;
}

/** A write that was sent. */
interface Sending {
  readonly relayedTo: null;
  readonly isRepetition: false;
  slot: Slot;
  readonly startedAt: number;
}

export class WriteQueue {
  readonly #concurrency: ConcurrencyLimiter;
  readonly #rateLimiter: RateLimiter;
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  #sending: readonly Sending[] = [];
  /** In the order in which they came. */
  readonly #waiting = new Set<WaitingWrite>();

  /** `onEnd`: a slot is free again. */
  constructor(concurrency: ConcurrencyLimiter, rateLimiter: RateLimiter, clock: Clock, onEnd: () => void) {
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#rateLimiter = rateLimiter;
    this.#onEnd = onEnd;
  }

  /**
   * Resolves to what `send` resolves to, once it may start. @throws RATE_LIMITED when it would wait beyond its deadline,
   * UPSTREAM_UNAVAILABLE when a circuit breaker is open at its turn, the signal's reason when that ends the wait.
   */
  async add<T>({ send, signal, ...write }: QueuedWrite<T>): Promise<T> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<T>();
    const waiting = this.#waiting;
    const entry: WaitingWrite = {
      ...write,
      start: () => turn.resolve(this.#run(send)),
      get finished() {
        return !waiting.has(entry);
      },
      fail(error) {
        waiting.delete(entry);
        turn.reject(error);
      },
    };
    const leave = () => entry.fail(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    waiting.add(entry);
    this.#onEnd();
    return turn.promise.finally(() => signal.removeEventListener('abort', leave));
  }

  /** Those that wait, in the order in which they will start. */
  get waiters(): readonly Waiter[] {
    return [...this.#waiting];
  }

  /** Lets the first go, if there is one and a slot for it. What starts counts at once: the next one depends on it. */
  startNext(): boolean {
    if (!this.#concurrency.hasOne) return false;
    for (const first of this.#waiting) {
      if (first.admits()) {
        this.#waiting.delete(first);
        first.start();
      } else first.fail(unavailable());
      return true;
    }
    return false;
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

  async #run<T>(send: () => Promise<T>): Promise<T> {
    const sending: Sending = {
      relayedTo: null,
      isRepetition: false,
      slot: 'none',
      startedAt: this.#clock.now(),
    };
    this.#sending = [...this.#sending, sending];
    this.#concurrency.acquire(sending);
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
