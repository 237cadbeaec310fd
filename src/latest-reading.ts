/** Reads what others change, one reading at a time, for all who need to know what there was when they asked. */

export class LatestReading<T> {
  readonly #read: () => Promise<T>;
  #reading: Promise<unknown> = Promise.resolve();
  /** The next reading, while it has not begun. */
  #next: Promise<T> | null = null;

  /** `read` must not reject. */
  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** A reading that begins from now on. A call while one is under way shares the next, since that one may have been answered before. */
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
