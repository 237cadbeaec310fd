/** Redox's rate limit: so many calls in any stretch of so much time. */

export interface Quota {
  readonly calls: number;
  readonly windowMs: number;
}

export class RollingQuota {
  readonly quota: Quota;
  readonly #clock: () => number;
  /** When the calls of the current window were let in, oldest first; never more than the quota. */
  readonly #admittedAt: number[] = [];

  constructor(quota: Quota, clock: () => number) {
    this.quota = quota;
    this.#clock = clock;
  }

  admit(): boolean {
    const now = this.#clock();
    const firstLive = this.#admittedAt.findIndex((at) => at > now - this.quota.windowMs);
    this.#admittedAt.splice(0, firstLive === -1 ? this.#admittedAt.length : firstLive);
    if (this.#admittedAt.length >= this.quota.calls) return false;
    this.#admittedAt.push(now);
    return true;
  }
}
