/**
 * Keeps the process within Redox's quota: a rolling window of calls. Spends freely while far from the limit, spaces calls
 * evenly when near it, never exceeds it.
 */

import type { Clock } from '../../clock.ts';
import type { Permit, SharedQuota } from './shared-quota.ts';

export interface Rate {
  readonly calls: number;
  readonly windowMs: number;
}

/** From this share of the quota on, calls are spaced. */
const NEAR = 0.5;

/**
 * Milliseconds that a call waits at most while the quota still has room: what a caller hardly notices, and long enough
 * to gather. A quota of a few calls a minute is not doled out evenly, since its callers would be gone by then.
 */
const MAX_SPACING_MS = 250;

export class RateLimiter {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #shared: SharedQuota | null;
  #inFlight = 0;
  #lastStart = Number.NEGATIVE_INFINITY;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** When calls ended, oldest first. A call counts until a whole window after its end: Redox may count it that late. */
  readonly #ends: number[] = [];
  /** Ends before this index have left the window; they are dropped in bulk. */
  #oldest = 0;

  /** `shared`: what other replicas use of the same quota is counted there. */
  constructor(rate: Rate, clock: Clock, shared: SharedQuota | null = null) {
    this.#rate = rate;
    this.#shared = shared;
    this.#clock = clock;
  }

  /** Milliseconds between the next call but `ahead` and the one after it, about: evenly once the quota is used up. */
  spacingAfter(ahead: number): number {
    const evenMs = this.#rate.windowMs / this.#rate.calls;
    return this.#used + ahead + 1 < this.#rate.calls ? Math.min(evenMs, MAX_SPACING_MS) : evenMs;
  }

  /** How long the next call has to wait: 0 to start now, infinite when only the end of a call in flight can tell. */
  get delayMs(): number {
    const now = this.#clock.now();
    const ownMs = Math.max(this.#pausedUntil - now, this.#delayByQuota(now), 0);
    // Places in the shared window are only taken by who may use them now.
    return ownMs > 0 ? ownMs : (this.#shared?.delayMs ?? 0);
  }

  /** Redox wants no call for so long: somebody else uses the same quota. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms);
  }

  #delayByQuota(now: number): number {
    this.#forget(now);
    const used = this.#used;
    if (used >= this.#rate.calls) {
      const oldest = this.#ends[this.#oldest];
      return oldest === undefined ? Number.POSITIVE_INFINITY : oldest + this.#rate.windowMs - now;
    }
    if (used < this.#rate.calls * NEAR) return 0;
    const spacingMs = Math.min(this.#rate.windowMs / this.#rate.calls, MAX_SPACING_MS);
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

  /** A call starts. */
  start(): Permit {
    this.#inFlight += 1;
    this.#lastStart = this.#clock.now();
    const shared = this.#shared?.start();
    return {
      end: () => {
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
