/**
 * Reads state that others may change, with one read at a time: callers that arrive during a read share the next one, so that each
 * sees the state at or after its call.
 */

export class LatestReading<T> {
  readonly #read: () => Promise<T>;
  #reading: Promise<unknown> = Promise.resolve();
  /** The next read, while it has not begun. */
  #next: Promise<T> | null = null;

  /** `read` must not reject. */
  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /**
   * Resolves to the result of a read that begins after this call. A call during a read shares the next one, since the current one
   * may have been answered before the call.
   */
  take(): Promise<T> {
    this.#next ??= this.#reading.then(() => {
      this.#next = null;
      const reading = this.#read();
      this.#reading = reading;
      return reading;
    });
    return this.#next;
  }
}
