/** Lines on stdout that never hold the process up: while they are not read, they are dropped and counted. */
import type { Writable } from 'node:stream';

/** Some thousands of lines: more than any burst of a reader that is only slow. */
const MAX_UNREAD_BYTES = 1024 * 1024;

export class StdoutLines {
  readonly #stream: Writable;
  #dropped = 0;
  /** Hears, when lines are taken again, how many were not. */
  onResumed: (dropped: number) => void = () => undefined;

  constructor(stream: Writable = process.stdout) {
    this.#stream = stream;
    // A reader that has ended (EPIPE) is no reason to end as well. Once is enough for all logs of a process.
    if (stream.listenerCount('error') === 0) stream.on('error', () => undefined);
  }

  write(line: string): void {
    if (this.#stream.writableLength > MAX_UNREAD_BYTES) {
      this.#dropped += 1;
      return;
    }
    this.#stream.write(line);
    if (this.#dropped === 0) return;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.onResumed(dropped);
  }
}
