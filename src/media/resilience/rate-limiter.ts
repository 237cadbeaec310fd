/**
 * Keeps queries and writes within Redox's quota: a rolling window of calls. Spends it freely while far from the limit, spaces
 * calls evenly when near it, never exceeds it, slows down after a 429, and rejects at once what cannot start before its deadline.
 */

import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { Pace } from './pace.ts';
import { isScarce, spreadMs } from './spread.ts';

export interface Rate {
  readonly calls: number;
  readonly windowMs: number;
}

/** The right to one call, for as long as it lasts. */
export interface Permit {
  /** The call is over: with null for a response as hoped for, or with its error. */
  end(error: unknown): void;
}

/** What a replica knows of a call that it shares the quota for. */
export interface SharedPermit {
  end(): void;
}

/** The same quota, as other replicas use it too. */
export interface SharedQuota {
  /** How long the next call has to wait, in milliseconds; 0 to start now. Read again, it may be less. */
  readonly delayMs: number;
  /** `listener` is called when `delayMs` may have become less otherwise than by time. */
  onChange(listener: () => void): void;
  /** A call starts; only while `delayMs` is 0. */
  start(): SharedPermit;
}

/** A need or a write that waits for its call. */
export interface Waiter {
  /** In milliseconds of the limiter's clock. */
  readonly deadline: number;
  readonly finished: boolean;
  fail(error: GatewayError): void;
}

/** From this share of the quota on, calls are spaced. */
const NEAR = 0.5;
/** Up to this share of the quota, calls are spent on answering sooner. Half of what goes freely is kept for more work. */
const PLENTY = 0.25;

/**
 * Milliseconds that a call waits at most while the quota still has room: what a caller hardly notices, and long enough
 * to gather. A quota of a few calls a minute is not spaced evenly, since operations would reach their deadline meanwhile.
 */
const MAX_SPACING_MS = 250;

export class RateLimiter {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #shared: SharedQuota | null;
  #inFlight = 0;
  #lastStart = Number.NEGATIVE_INFINITY;
  readonly #pace: Pace;
  /** When calls ended, oldest first. A call counts until a whole window after its end: Redox may count it that late. */
  readonly #ends: number[] = [];
  /** Ends before this index have left the window; they are dropped in bulk. */
  #oldest = 0;

  /** `shared`: what other replicas use of the same quota is counted there. */
  constructor(rate: Rate, clock: Clock, shared: SharedQuota | null = null) {
    this.#rate = rate;
    this.#shared = shared;
    this.#clock = clock;
    this.#pace = new Pace(rate, clock);
  }

  /** How long the next call has to wait: 0 to start now, infinite when only the end of a call in flight can tell. */
  get delayMs(): number {
    const now = this.#clock.now();
    const ownMs = Math.max(this.#pace.delayMs(this.#lastStart), this.#delayByQuota(now), 0);
    // Places in the shared window are only taken by a replica that may use them now.
    return ownMs > 0 ? ownMs : (this.#shared?.delayMs ?? 0);
  }

  /**
   * Rejects those now that would be rejected later, as their deadline comes before their call may start.
   * `calls`: the waiters of each call that waits, in the order in which they will start, the first after `delayMs`.
   */
  rejectPastDeadline(calls: Iterable<readonly Waiter[]>, delayMs: number): void {
    const now = this.#clock.now();
    // Infinite: calls in flight have used the quota up. A whole window follows the end of the first of them.
    let earliestStart = now + Math.min(Math.max(delayMs, this.#pace.usedUpMs), this.#rate.windowMs);
    let ahead = 0;
    const spacedMs = this.#spreadMs(now);
    const redox = this.#pace.isStopped ? { logIds: [], status: 429 } : undefined;
    for (const waiters of calls) {
      const retryAfterSeconds = Math.ceil((earliestStart - now) / 1000);
      for (const waiter of waiters) {
        if (waiter.deadline >= earliestStart) continue;
        waiter.fail(
          new GatewayError('RATE_LIMITED', { retryable: true, retryAfterSeconds, ...(redox && { redox }) }),
        );
      }
      if (waiters.some(({ finished }) => !finished)) earliestStart += this.#spacingAfter(ahead++, spacedMs);
    }
  }

  /** Milliseconds between the next call but `ahead` and the one after it, about: evenly once the quota is used up. */
  #spacingAfter(ahead: number, spacedMs: number): number {
    const { calls, windowMs } = this.#rate;
    const evenMs = windowMs / calls;
    const used = this.#used + ahead + 1;
    const spacingMs = used < calls ? Math.min(evenMs, MAX_SPACING_MS) : evenMs;
    const isSpread = used < calls && isScarce(calls - used, this.#rate);
    return Math.max(spacingMs, isSpread ? spacedMs : 0, this.#pace.intervalMs);
  }

  #spreadMs(now: number): number {
    const { calls, windowMs } = this.#rate;
    const freeAt = (this.#ends[this.#oldest] ?? now) + windowMs;
    return spreadMs(calls - this.#used, freeAt - Math.max(this.#lastStart, freeAt - windowMs));
  }

  #delayByQuota(now: number): number {
    this.#forget(now);
    const used = this.#used;
    if (used >= this.#rate.calls) {
      const oldest = this.#ends[this.#oldest];
      return oldest === undefined ? Number.POSITIVE_INFINITY : oldest + this.#rate.windowMs - now;
    }
    if (used < this.#rate.calls * NEAR) return 0;
    const evenMs = Math.min(this.#rate.windowMs / this.#rate.calls, MAX_SPACING_MS);
    const isSpread = isScarce(this.#rate.calls - used, this.#rate);
    const spacingMs = isSpread ? Math.max(evenMs, this.#spreadMs(now)) : evenMs;
    return Math.max(0, this.#lastStart + spacingMs - now);
  }

  get #used(): number {
    return this.#inFlight + this.#ends.length - this.#oldest;
  }

  /** Calls that the window still allows. */
  get left(): number {
    this.#forget(this.#clock.now());
    return Math.max(0, this.#rate.calls - this.#used);
  }

  /** Whether most of the quota is left, and no 429 came lately. It is not known of a quota that replicas share. */
  get hasPlenty(): boolean {
    if (this.#shared !== null || this.#pace.intervalMs > 0) return false;
    this.#forget(this.#clock.now());
    return this.#used < this.#rate.calls * PLENTY;
  }

  /** A call starts. */
  start(): Permit {
    const startedAt = this.#clock.now();
    this.#inFlight += 1;
    this.#lastStart = startedAt;
    const shared = this.#shared?.start();
    return {
      end: (error) => {
        this.#pace.recordEnd(startedAt, error);
        this.#inFlight -= 1;
        this.#ends.push(this.#clock.now());
        shared?.end();
      },
    };
  }

  #forget(now: number): void {
    while ((this.#ends[this.#oldest] ?? now) + this.#rate.windowMs <= now) this.#oldest += 1;
    if (this.#oldest < 1024) return;
    this.#ends.splice(0, this.#oldest);
    this.#oldest = 0;
  }
}
