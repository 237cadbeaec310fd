/**
 * Keeps queries and writes within Redox's quota, a rolling window of calls. Calls start freely while much of the quota is left,
 * and are spaced evenly when little is left; the quota is never exceeded. The limiter slows down after a 429, and rejects at once
 * the needs and writes whose calls cannot start before their deadline.
 */

import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { Pace } from './pace.ts';
import { isScarce, spreadMs } from './spread.ts';

export interface Rate {
  readonly calls: number;
  readonly windowMs: number;
}

/** One call that counts against the quota. */
export interface Permit {
  /** Called once, when the call is over. `error`: null for a success. */
  end(error: unknown): void;
}

/** One call that counts against the quota of all replicas. */
export interface SharedPermit {
  end(): void;
}

/** The quota as all replicas use it together. */
export interface SharedQuota {
  /** How long the next call has to wait, in milliseconds; 0 when it may start now. The delay may shrink at any time. */
  readonly delayMs: number;
  /** How many calls the window still allows all replicas together, as this replica last saw it. */
  readonly callsLeft: number;
  /** `listener` is called when `delayMs` may have shrunk for another reason than the passing of time. */
  onChange(listener: () => void): void;
  /** Records the start of a call. It may only be called while `delayMs` is 0. */
  start(): SharedPermit;
}

/** A need or a write whose call waits to start. */
export interface Waiter {
  /** In milliseconds of the limiter's clock. */
  readonly deadline: number;
  readonly finished: boolean;
  fail(error: GatewayError): void;
}

/** Calls are spaced once this share of the quota is used. */
const SPACED_FROM = 0.5;
/** Below this share of use, extra calls may be spent on answering sooner: half of the free calls are kept for more work. */
const PLENTY_BELOW = 0.25;

/**
 * The longest time that a call is delayed for spacing while the quota has room: callers hardly notice it, and needs gather
 * meanwhile. A quota of a few calls a minute is not spaced evenly, since operations would reach their deadline first.
 */
const MAX_SPACING_MS = 250;

export class RateLimiter {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #shared: SharedQuota | null;
  #inFlight = 0;
  #lastStart = Number.NEGATIVE_INFINITY;
  readonly #pace: Pace;
  /** When calls ended, oldest first. A call counts for a whole window after its end, since Redox may have counted it that late. */
  readonly #endTimes: number[] = [];
  /** The end times before this index have left the window. They are removed in bulk. */
  #firstInWindow = 0;

  /** `shared`: counts the calls of all replicas that use the same quota; null when no other replica does. */
  constructor(rate: Rate, clock: Clock, shared: SharedQuota | null = null) {
    this.#rate = rate;
    this.#shared = shared;
    this.#clock = clock;
    this.#pace = new Pace(rate, clock);
  }

  /** How long the next call has to wait: 0 when it may start now, infinite when that depends on the end of a call in flight. */
  get delayMs(): number {
    const now = this.#clock.now();
    const ownMs = Math.max(this.#pace.delayMs(this.#lastStart), this.#delayByQuota(now), 0);
    // Reading the shared delay may reserve a call there, so it is read only when this replica could use the call now.
    return ownMs > 0 ? ownMs : (this.#shared?.delayMs ?? 0);
  }

  /**
   * Rejects the waiters whose deadline comes before their call may start.
   * `calls`: the waiters of each waiting call, in the order in which the calls will start, the first one after `delayMs`.
   */
  rejectPastDeadline(calls: Iterable<readonly Waiter[]>, delayMs: number): void {
    const now = this.#clock.now();
    // The delay is infinite when calls in flight use the whole quota. The next call starts a window after the first of them ends.
    let earliestStart = now + Math.min(Math.max(delayMs, this.#pace.usedUpMs), this.#rate.windowMs);
    let ahead = 0;
    const spacedMs = this.#spreadMs(now);
    const redox = this.#pace.isStopped ? { logIds: [], status: 429 } : undefined;
    for (const waiters of calls) {
      const retryAfterSeconds = Math.ceil((earliestStart - now) / 1000);
      for (const waiter of waiters) {
        if (waiter.deadline >= earliestStart) continue;
        waiter.fail(new GatewayError('RATE_LIMITED', { retryAfterSeconds, ...(redox && { redox }) }));
      }
      if (waiters.some(({ finished }) => !finished)) earliestStart += this.#spacingAfter(ahead++, spacedMs);
    }
  }

  /** Estimates the milliseconds between the call that `ahead` others start before and the call after it. */
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
    const freeAt = (this.#endTimes[this.#firstInWindow] ?? now) + windowMs;
    return spreadMs(calls - this.#used, freeAt - Math.max(this.#lastStart, freeAt - windowMs));
  }

  #delayByQuota(now: number): number {
    this.#forget(now);
    const used = this.#used;
    if (used >= this.#rate.calls) {
      const oldest = this.#endTimes[this.#firstInWindow];
      return oldest === undefined ? Number.POSITIVE_INFINITY : oldest + this.#rate.windowMs - now;
    }
    if (used < this.#rate.calls * SPACED_FROM) return 0;
    const evenMs = Math.min(this.#rate.windowMs / this.#rate.calls, MAX_SPACING_MS);
    const isSpread = isScarce(this.#rate.calls - used, this.#rate);
    const spacingMs = isSpread ? Math.max(evenMs, this.#spreadMs(now)) : evenMs;
    return Math.max(0, this.#lastStart + spacingMs - now);
  }

  get #used(): number {
    return this.#inFlight + this.#endTimes.length - this.#firstInWindow;
  }

  /** How many calls the window still allows; of a shared quota, all replicas together. */
  get callsLeft(): number {
    this.#forget(this.#clock.now());
    const left = Math.max(0, this.#rate.calls - this.#used);
    return Math.min(left, this.#shared?.callsLeft ?? left);
  }

  /**
   * Whether most of the quota is left and no 429 came lately. False for a shared quota, whose use by other replicas is not known.
   */
  get hasPlenty(): boolean {
    if (this.#shared !== null || this.#pace.intervalMs > 0) return false;
    this.#forget(this.#clock.now());
    return this.#used < this.#rate.calls * PLENTY_BELOW;
  }

  /** Records the start of a call. */
  start(): Permit {
    const startedAt = this.#clock.now();
    this.#inFlight += 1;
    this.#lastStart = startedAt;
    const shared = this.#shared?.start();
    return {
      end: (error) => {
        this.#pace.recordEnd(startedAt, error);
        this.#inFlight -= 1;
        this.#endTimes.push(this.#clock.now());
        shared?.end();
      },
    };
  }

  #forget(now: number): void {
    while ((this.#endTimes[this.#firstInWindow] ?? now) + this.#rate.windowMs <= now)
      this.#firstInWindow += 1;
    if (this.#firstInWindow < 1024) return;
    this.#endTimes.splice(0, this.#firstInWindow);
    this.#firstInWindow = 0;
  }
}
