/**
 * Looks after calls that take far too long, at all destinations: they no longer count against REDOX_CONCURRENCY, so that others
 * can go; a destination that is silent is probed by repetitions of them; and once it is heard again, those that are lost are repeated.
 */
import type { Clock, Timer } from '../../clock.ts';
import type { ConcurrencyLimiter } from '../fairness/concurrency-limiter.ts';
import type { CircuitBreakers } from '../resilience/circuit-breakers.ts';
import type { RateLimiter } from '../resilience/rate-limiter.ts';
import type { DestinationQueue } from './destination-queue.ts';
import type { UpstreamCall } from './upstream-call.ts';
import type { WriteQueue } from './write-queue.ts';

/** No call is overdue sooner. */
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
  /** Slots may be free. */
  readonly onChange: () => void;
}

export class SlowCallWatch {
  readonly #parts: SlowCallParts;
  #timer: Timer | null = null;

  constructor(parts: SlowCallParts) {
    this.#parts = parts;
  }

  /** A call starts. One timer serves all that start before it is due. */
  recordStart(): void {
    if (this.#timer === null) this.#checkIn(FIRST_CHECK_MS);
  }

  /** Repeats calls that are lost, as far as slots, quota and the budget of retries let it. */
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
      for (const call of queue.inFlight.findSlow()) {
        if (concurrency.setAside(call)) queue.inFlight.recordAside();
      }
      this.#probe(queue);
      this.#tellBreaker(queue);
    }
    this.repeatLost();
    const next = queues
      .filter(({ inFlight }) => inFlight.all.length > 0)
      .map(({ inFlight }) => inFlight.nextCheckMs);
    if (writes.isSending) next.push(FIRST_CHECK_MS);
    if (next.length > 0) this.#checkIn(Math.min(...next));
    onChange();
  }

  /** Probes are few, and end soon: they need no slot. */
  #probe(queue: DestinationQueue): void {
    if (this.#parts.rateLimiter.delayMs > 0) return;
    const call = queue.inFlight.slow.nextToProbe();
    if (call !== undefined) this.#parts.send(queue, queue.inFlight.repeat(call, 'probe'));
  }

  #tellBreaker({ destination, inFlight: { slow } }: DestinationQueue): void {
    const { breakers } = this.#parts;
    if (slow.isHopeless) breakers.hold(destination);
    else if (!slow.isSilent) breakers.release(destination);
  }
}
