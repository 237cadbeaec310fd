/**
 * Watches for overdue calls at all destinations. Such calls no longer count against REDOX_CONCURRENCY, so that other calls can
 * start. A destination that has stopped responding is probed with repetitions of its overdue calls; once it responds again, lost
 * calls are repeated.
 */
import type { Clock, Timer } from '../../clock.ts';
import type { ConcurrencyLimiter } from '../fairness/concurrency-limiter.ts';
import type { CircuitBreakers } from '../resilience/circuit-breakers.ts';
import type { RateLimiter } from '../resilience/rate-limiter.ts';
import type { DestinationQueue } from './destination-queue.ts';
import type { UpstreamCall } from './upstream-call.ts';
import type { WriteQueue } from './write-queue.ts';

/** No call is overdue earlier than this (see MIN_OVERDUE_MS in slow-calls.ts). */
const FIRST_CHECK_MS = 5000;

export interface SlowCallParts {
  readonly queues: readonly DestinationQueue[];
  readonly writes: WriteQueue;
  readonly concurrency: ConcurrencyLimiter;
  readonly breakers: CircuitBreakers;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  /** Sends a repetition. */
  readonly send: (queue: DestinationQueue, call: UpstreamCall) => void;
  /** Called after each check, since slots may have become free. */
  readonly onChange: () => void;
}

export class SlowCallWatch {
  readonly #parts: SlowCallParts;
  #timer: Timer | null = null;

  constructor(parts: SlowCallParts) {
    this.#parts = parts;
  }

  /** Records the start of a call or a write. One timer serves all that start before it is due. */
  recordStart(): void {
    if (this.#timer === null) this.#checkIn(FIRST_CHECK_MS);
  }

  /** Repeats lost calls, as far as slots, the quota and the retry budget allow. */
  repeatLost(): void {
    for (const queue of this.#parts.queues) {
      for (const call of queue.inFlight.slow.lost) {
        const { concurrency, rateLimiter } = this.#parts;
        if (!concurrency.mayRepeat || rateLimiter.delayMs > 0) return;
        if (!queue.inFlight.retries.hasRoom) break;
        queue.inFlight.retries.recordRetry();
        const repetition = queue.inFlight.repeat(call, 'retry');
        concurrency.acquire(repetition);
        this.#parts.send(queue, repetition);
      }
    }
  }

  #checkIn(ms: number): void {
    const check = () => {
      this.#timer = null;
      this.#check();
    };
    this.#timer = this.#parts.clock.setTimeout(check, ms).unref();
  }

  #check(): void {
    const { queues, writes, concurrency, onChange } = this.#parts;
    writes.setSlowAside(FIRST_CHECK_MS);
    for (const queue of queues) {
      for (const call of queue.inFlight.findOverdue()) {
        if (concurrency.setAside(call)) queue.inFlight.recordSetAside();
      }
      this.#probe(queue);
      this.#updateBreaker(queue);
    }
    this.repeatLost();
    const delaysMs = queues
      .filter(({ inFlight }) => inFlight.all.length > 0)
      .map(({ inFlight }) => inFlight.nextCheckMs);
    if (writes.isSending) delaysMs.push(FIRST_CHECK_MS);
    if (delaysMs.length > 0) this.#checkIn(Math.min(...delaysMs));
    onChange();
  }

  /** Sends a probe when one is due. Probes take no slot, since they are few and end soon. */
  #probe(queue: DestinationQueue): void {
    if (this.#parts.rateLimiter.delayMs > 0) return;
    const call = queue.inFlight.slow.nextToProbe();
    if (call !== undefined) this.#parts.send(queue, queue.inFlight.repeat(call, 'probe'));
  }

  #updateBreaker({ destination, inFlight: { slow } }: DestinationQueue): void {
    const { breakers } = this.#parts;
    if (slow.isUnresponsive) breakers.hold(destination);
    else if (!slow.isSilent) breakers.release(destination);
  }
}
