/** Estimates when Redox's quota has room again, for responses that refuse a call without stating a time. */
import type { Clock } from '../../clock.ts';

/**
 * A 429 with `X-RateLimit-Limit` is about Redox's own quota and has no `Retry-After`: a limited client need only wait until the
 * end of the window in which its requests were counted (Quotas and constraints). The beginning of that window is not stated
 * either. It cannot be earlier than this process's first request that no earlier window counted. So the rest of that window is
 * never too long a wait, and if other clients use the quota as well, the next 429 corrects it.
 */
export class QuotaWindow {
  readonly #windowMs: number;
  readonly #clock: Clock;
  #beganAt = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number, clock: Clock) {
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** Records that a request is sent. */
  noteRequest(): void {
    const now = this.#clock.now();
    if (now - this.#beganAt >= this.#windowMs) this.#beganAt = now;
  }

  /** The rest of the window in whole seconds: at least one, and at most the whole window. */
  get secondsLeft(): number {
    const leftMs = this.#beganAt + this.#windowMs - this.#clock.now();
    return Math.max(1, Math.ceil(Math.min(leftMs, this.#windowMs) / 1000));
  }
}
