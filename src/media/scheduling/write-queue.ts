/** Writes that wait for a slot and the quota. They go one by one, in the order in which they came, before queries. */
import type { Identifier } from '../../redox/messages.ts';
import { unavailable } from '../resilience/circuit-breakers.ts';
import type { RateLimiter, Waiter } from '../resilience/rate-limiter.ts';
import type { ConcurrencyLimiter } from './concurrency-limiter.ts';

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

export class WriteQueue {
  readonly #concurrency: ConcurrencyLimiter;
  readonly #rateLimiter: RateLimiter;
  readonly #onEnd: () => void;
  /** In the order in which they came. */
  readonly #waiting = new Set<WaitingWrite>();

  /** `onEnd`: a slot is free again. */
  constructor(concurrency: ConcurrencyLimiter, rateLimiter: RateLimiter, onEnd: () => void) {
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

  async #run<T>(send: () => Promise<T>): Promise<T> {
    this.#concurrency.acquire(false);
    const permit = this.#rateLimiter.start();
    let failure: unknown = null;
    try {
      return await send();
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      permit.end(failure);
      this.#concurrency.release(false);
      this.#onEnd();
    }
  }
}
