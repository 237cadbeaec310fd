/** Redox's rate limit: a maximum number of calls in any window of a given length. */

export interface Quota {
  readonly calls: number;
  readonly windowMs: number;
}

export class RollingQuota {
  readonly quota: Quota;
  readonly #clock: () => number;
  /** The times of the accepted calls of the current window, oldest first; never more than the quota. */
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
