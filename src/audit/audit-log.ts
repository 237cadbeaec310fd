/**
 * The audit trail as lines of JSON in a file that only grows, or on stdout. Lines are written at once and waited for: a line
 * takes the system some microseconds, a queue would take operations out of step that share their upstream calls.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { Access } from './access.ts';
import { type Link, readLink, START, writeLine } from './chain.ts';

/** Where lines go: all of a text, or an error and nothing of it. */
interface Sink {
  write(text: string): void | Promise<void>;
  close(): void;
}

/** What of an entry stands in its line. */
type Form = (access: Access) => object;

export class AuditLog {
  readonly #sink: Sink;
  readonly #form: Form;
  #last: Link;

  constructor(sink: Sink, form: Form, last: Link) {
    this.#sink = sink;
    this.#form = form;
    this.#last = last;
  }

  /** @throws when the entries cannot be handed to the system; then none of them is there. */
  append(accesses: readonly Access[]): void | Promise<void> {
    if (accesses.length === 0) return;
    let last = this.#last;
    const lines = accesses.map((access) => {
      const { line, link } = writeLine({ event: 'audit', ...this.#form(access) }, last);
      last = link;
      return `${line}\n`;
    });
    const written = this.#sink.write(lines.join(''));
    // Only now: what was not written is followed by nothing.
    this.#last = last;
    return written;
  }

  close(): void {
    this.#sink.close();
  }
}

/** Each start begins a chain of its own. */
export function logToStdout(form: Form): AuditLog {
  const write = (text: string) =>
    new Promise<void>((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  return new AuditLog({ write, close: () => undefined }, form, START);
}

/** Goes on where the file ends. Throws when it cannot be written, or does not end as an audit trail does. */
export function logToFile(path: string, form: Form): AuditLog {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
  try {
    const { length, last } = readEnd(file);
    return new AuditLog(new FileSink(file, length), form, last);
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

class FileSink implements Sink {
  readonly #file: number;
  /** Up to here the file is whole lines. */
  #length: number;

  constructor(file: number, length: number) {
    this.#file = file;
    this.#length = length;
  }

  write(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      this.#length += bytes.length;
    } catch (error) {
      this.#takeBack();
      throw error;
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  /** A full disk takes a part: what follows must not be glued to it. */
  #takeBack(): void {
    try {
      ftruncateSync(this.#file, this.#length);
    } catch {
      // A device, which keeps no part either.
    }
  }
}

/** Longer than any line: identifiers of one patient, and ids of the calls of one operation. */
const MAX_LINE_BYTES = 1024 * 1024;

/** A last line without its end was being written when the process died: its answer never left, so it is taken off. */
function readEnd(file: number): { length: number; last: Link } {
  const { size } = fstatSync(file);
  if (size === 0) return { length: 0, last: START };
  const from = Math.max(0, size - MAX_LINE_BYTES);
  const buffer = Buffer.alloc(size - from);
  const bytesRead = readSync(file, buffer, 0, size - from, from);
  const text = buffer.subarray(0, bytesRead).toString();
  const end = text.lastIndexOf('\n');
  const length = from + Buffer.byteLength(text.slice(0, end + 1));
  if (length < size) ftruncateSync(file, length);
  if (length === 0) return { length, last: START };
  const last = readLink(text.slice(text.lastIndexOf('\n', end - 1) + 1, end));
  if (last === null) throw new Error('the file does not end as an audit trail does');
  return { length, last };
}
