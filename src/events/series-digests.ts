/** The digest of the last event of each source and document, by which an event that Redox sends again is recognised. */

/**
 * Redox repeats an event without a 200 before it sends any other event of the same feed, so only the newest series matter: the
 * series that has been without an event for longest is forgotten first.
 */
export class SeriesDigests {
  readonly #maxSeries: number;
  readonly #digests = new Map<string, string>();

  constructor(maxSeries: number) {
    this.#maxSeries = maxSeries;
  }

  /** Whether the last event of the series has this digest. */
  isLast(series: string, digest: string): boolean {
    return this.#digests.get(series) === digest;
  }

  set(series: string, digest: string): void {
    this.#digests.delete(series);
    this.#digests.set(series, digest);
    if (this.#digests.size <= this.#maxSeries) return;
    const [oldest] = this.#digests.keys();
    if (oldest !== undefined) this.#digests.delete(oldest);
  }
}
