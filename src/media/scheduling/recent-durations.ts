/** A histogram of the recent durations of calls. Counts are halved from time to time, so that older calls count less. */

/**
 * Two buckets for each doubling of the duration, from a millisecond to about six minutes, which is longer than any call may take.
 */
const BUCKETS = 38;
/** All counts are halved when their total reaches this number: then a hundredth of the calls is still a few calls. */
const HALVED_AFTER = 512;

export class RecentDurations {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  record(ms: number): void {
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.ceil(2 * Math.log2(Math.max(1, ms)))));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
    if (this.#total >= HALVED_AFTER) this.#halve();
  }

  /** The 99th percentile, rounded up by less than 50 %; 0 before the first call. */
  get p99Ms(): number {
    let remaining = this.#total * 0.99;
    if (remaining === 0) return 0;
    for (const [bucket, count] of this.#counts.entries()) {
      remaining -= count;
      if (remaining <= 0) return 2 ** (bucket / 2);
    }
    return 2 ** (BUCKETS / 2);
  }

  #halve(): void {
    this.#total = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      const half = Math.floor(count / 2);
      this.#counts[bucket] = half;
      this.#total += half;
    }
  }
}
