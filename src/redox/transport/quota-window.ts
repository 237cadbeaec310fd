/** When Redox's quota has room again, for callers whom it refused without saying when to come back. */
import type { Clock } from '../../clock.ts';

/**
 * A 429 with `X-RateLimit-Limit` is Redox's own quota, and has no `Retry-After`: a client that was limited need only wait
 * until the window ends in which its requests were counted (Quotas and constraints). When that began is not said either;
 * it cannot be earlier than the first request of ours that no window before it counted. So what is left of our own window
 * is never too long, and where others use the quota too, the next refusal corrects it.
 */
export class QuotaWindow {
  readonly #windowMs: number;
  readonly #clock: Clock;
  #beganAt = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number, clock: Clock) {
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** A request is sent. */
  noteRequest(): void {
    const now = this.#clock.now();
    if (now - this.#beganAt >= this.#windowMs) this.#beganAt = now;
  }

  /** What is left of the window, in whole seconds and at least one; never more than all of it. */
  get secondsLeft(): number {
    const leftMs = this.#beganAt + this.#windowMs - this.#clock.now();
    return Math.max(1, Math.ceil(Math.min(leftMs, this.#windowMs) / 1000));
  }
}
