/** How long calls took lately: counts in buckets, each half as long again as the one before; older calls count less and less. */

/** Two buckets for each doubling: from a millisecond to about six minutes, longer than any call may take. */
const BUCKETS = 38;
/** So often all counts are halved: a hundredth of them is still a few calls. */
const HALVED_AFTER = 512;

export class RecentDurations {
  readonly #counts = new Uint32Array(BUCKETS);
  #total = 0;

  record(ms: number): void {
    const at = Math.min(BUCKETS - 1, Math.max(0, Math.ceil(2 * Math.log2(Math.max(1, ms)))));
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total += 1;
    if (this.#total >= HALVED_AFTER) this.#halve();
  }

  /** Of a hundred calls, 99 took no longer, within half as much again; 0 while nothing is known. */
  get p99Ms(): number {
    let left = this.#total * 0.99;
    if (left === 0) return 0;
    for (const [at, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return 2 ** (at / 2);
    }
    return 2 ** (BUCKETS / 2);
  }

  #halve(): void {
    this.#total = 0;
    for (const [at, count] of this.#counts.entries()) {
      const half = Math.floor(count / 2);
      this.#counts[at] = half;
      this.#total += half;
    }
  }
}
