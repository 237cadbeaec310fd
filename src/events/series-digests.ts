/** The digest of the last event of each source and document, by which an event that Redox sends again is recognised. */

/**
 * Redox sends the event again that it got no 200 for, before any other of its feed: the newest series are those that matter, and
 * the one that was longest without an event is forgotten first.
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
