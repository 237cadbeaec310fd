/** Writes that wait for a slot and the quota. They go one by one, in the order in which they came, before queries. */
import { GatewayError } from '../../errors.ts';
import type { Identifier } from '../../redox/messages.ts';
import { unavailable } from '../resilience/circuit-breakers.ts';
import type { RateLimiter } from '../resilience/rate-limiter.ts';
import type { ConcurrencyLimiter } from './concurrency-limiter.ts';

export interface QueuedWrite<T> {
  readonly send: () => Promise<T>;
  /** Whether its destinations may be asked. */
  readonly admits: () => boolean;
  /** In the scheduler's time. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

export interface WriteOptions extends Pick<QueuedWrite<unknown>, 'deadline' | 'signal'> {
  /** Whom it is about: questions about this patient wait until it is answered. */
  readonly patient: readonly Identifier[];
}

interface Waiting extends Pick<QueuedWrite<unknown>, 'admits' | 'deadline'> {
  readonly start: () => void;
  readonly fail: (error: GatewayError) => void;
}

export class WriteQueue {
  readonly #concurrency: ConcurrencyLimiter;
  readonly #rateLimiter: RateLimiter;
  readonly #onEnd: () => void;
  #waiting: Waiting[] = [];

  /** `onEnd`: a slot is free again. */
  constructor(slots: ConcurrencyLimiter, rateLimiter: RateLimiter, onEnd: () => void) {
    this.#concurrency = slots;
    this.#rateLimiter = rateLimiter;
    this.#onEnd = onEnd;
  }

  /**
   * Resolves to what `send` does, once it may go. @throws RATE_LIMITED when it would wait beyond its deadline,
   * UPSTREAM_UNAVAILABLE when a destination may not be asked at its turn, the signal's reason when that ends the wait.
   */
  async add<T>({ send, signal, ...write }: QueuedWrite<T>): Promise<T> {
    signal.throwIfAborted();
    const turn = Promise.withResolvers<T>();
    const waiting = { ...write, start: () => turn.resolve(this.#run(send)), fail: turn.reject };
    const leave = () => {
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      turn.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
    this.#onEnd();
    return turn.promise.finally(() => signal.removeEventListener('abort', leave));
  }

  /** Lets the first go, if there is one and a slot for it. What starts counts at once: the next one depends on it. */
  startNext(): boolean {
    const [first] = this.#waiting;
    if (first === undefined || !this.#concurrency.hasOne) return false;
    this.#waiting.shift();
    if (first.admits()) first.start();
    else first.fail(unavailable());
    return true;
  }

  async #run<T>(send: () => Promise<T>): Promise<T> {
    this.#concurrency.acquire(false);
    const permit = this.#rateLimiter.start();
    try {
      return await send();
    } finally {
      permit.end();
      this.#concurrency.release(false);
      this.#onEnd();
    }
  }

  /** Refuses who would wait too long for the quota. */
  rejectPastDeadline({ now, earliestStart }: { readonly now: number; readonly earliestStart: number }): void {
    const retryAfterSeconds = Math.ceil((earliestStart - now) / 1000);
    const late = this.#waiting.filter(({ deadline }) => deadline < earliestStart);
    this.#waiting = this.#waiting.filter((one) => !late.includes(one));
    for (const { fail } of late) {
      fail(new GatewayError('RATE_LIMITED', { retryable: true, retryAfterSeconds }));
    }
  }
}
