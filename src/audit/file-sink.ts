/** Lines go to a regular file, which this process alone writes: a change by another is noticed before the next line is written. */
import { closeSync, fstatSync, ftruncateSync, statSync, writeSync } from 'node:fs';
import { type Sink, SinkError } from './sink.ts';

/**
 * Writes are waited for, not queued: one takes the system some microseconds, and a queue would take operations out of
 * step that share their upstream calls. A local disk is assumed: one that hangs, such as a network's, holds the process.
 */
export class FileSink implements Sink {
  readonly #path: string;
  readonly #file: number;
  readonly #identity: string;
  /** Gives the lock back. */
  readonly #unlock: () => void;
  /** Up to here the file is whole lines, all written here or found at the start. */
  #length: number;

  constructor(path: string, file: number, length: number, unlock: () => void) {
    this.#path = path;
    this.#file = file;
    this.#identity = identityOf(fstatSync(file, { bigint: true }));
    this.#length = length;
    this.#unlock = unlock;
  }

  write(text: string): void {
    this.check();
    const bytes = Buffer.from(text);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#file, bytes, written);
    } catch (error) {
      this.#takeBack(written);
      throw error;
    }
    this.#length += bytes.length;
    // Another process that writes at the same time is noticed here, before what the line is about goes on.
    if (fstatSync(this.#file).size !== this.#length) throw new SinkError('AUDIT_FILE_WRITTEN_BY_ANOTHER');
  }

  /** Of the file that the path names now: it must be the one that is open, of the size that it was left with. */
  check(): void {
    const found = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined) throw new SinkError('AUDIT_FILE_MISSING');
    if (identityOf(found) !== this.#identity) throw new SinkError('AUDIT_FILE_REPLACED');
    if (found.size < this.#length) throw new SinkError('AUDIT_FILE_TRUNCATED');
    if (found.size > this.#length) throw new SinkError('AUDIT_FILE_WRITTEN_BY_ANOTHER');
  }

  close(): void {
    closeSync(this.#file);
    this.#unlock();
  }

  /** A full disk takes a part of a line, and the next line must not be glued to it. What another process wrote stays. */
  #takeBack(written: number): void {
    if (fstatSync(this.#file).size === this.#length + written) ftruncateSync(this.#file, this.#length);
  }
}

/** Of a file: a deleted one's number is not given again while it is open. */
export function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}
