/** Writes lines to stdout without ever blocking the process: while they are not read, they are dropped and counted. */
import type { Writable } from 'node:stream';

/** Some thousands of lines: more than any burst of a reader that is only slow. */
const MAX_UNREAD_BYTES = 1024 * 1024;

export class StdoutLines {
  readonly #stream: Writable;
  #dropped = 0;
  /** Called, when lines are accepted again, with the number of lines that were dropped. */
  onResumed: (dropped: number) => void = () => undefined;

  constructor(stream: Writable = process.stdout) {
    this.#stream = stream;
    // If the reader has ended (EPIPE), the process need not end as well. One listener is enough for all logs of a process.
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
