/**
 * Writes lines to a regular file, which only this process writes: a change by another process is noticed before the next line is
 * written.
 */
import { closeSync, fstatSync, ftruncateSync, statSync, writeSync } from 'node:fs';
import { type Sink, SinkError } from './sink.ts';

/**
 * Writes are synchronous: one takes some microseconds, and a queue would separate operations that share their upstream calls. A
 * local disk is assumed: one that hangs, such as a network disk, blocks the process.
 */
export class FileSink implements Sink {
  readonly #path: string;
  readonly #file: number;
  readonly #identity: string;
  /** Releases the lock. */
  readonly #unlock: () => void;
  /** The length up to which the file consists of whole lines, written here or found at the start. */
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
    // Another process that writes at the same time is noticed here, before the operation of the line continues.
    if (fstatSync(this.#file).size !== this.#length) throw new SinkError('AUDIT_FILE_WRITTEN_BY_ANOTHER');
  }

  /** Checks the file that the path names now: it must be the open one, with the size after the last write. */
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

  /** A full disk accepts a part of a line, to which the next line must not be appended. Lines of another process are kept. */
  #takeBack(written: number): void {
    if (fstatSync(this.#file).size === this.#length + written) ftruncateSync(this.#file, this.#length);
  }
}

/** Identifies a file: the number of a deleted file is not reused while it is open. */
export function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}
