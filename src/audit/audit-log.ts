/**
 * The audit trail as lines of JSON in a file that only grows, or on stdout. What comes while a write is under way goes into
 * the next one together, so that many operations cost few writes.
 */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Access } from './access.ts';
import { type Link, readLink, START, writeLine } from './chain.ts';

/** Where lines go: all of a text, or an error and nothing of it. */
interface Sink {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/** What of an entry stands in its line. */
type Form = (access: Access) => object;

interface Waiting {
  readonly accesses: readonly Access[];
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

export class AuditLog {
  readonly #sink: Sink;
  readonly #form: Form;
  #last: Link;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;

  constructor(sink: Sink, form: Form, last: Link) {
    this.#sink = sink;
    this.#form = form;
    this.#last = last;
  }

  /** Resolves when the entries are handed to the system; rejects when they are not, and then none of them is there. */
  append(accesses: readonly Access[]): Promise<void> {
    if (accesses.length === 0) return Promise.resolve();
    return new Promise((done, fail) => {
      this.#waiting.push({ accesses, done, fail });
      this.#writing ??= this.#writeAll();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#sink.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.#write(batch.flatMap(({ accesses }) => accesses));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    // In the same breath as the look above: what comes from now on starts the next round.
    this.#writing = null;
  }

  async #write(accesses: readonly Access[]): Promise<void> {
    let last = this.#last;
    const lines = accesses.map((access) => {
      const { line, link } = writeLine({ event: 'audit', ...this.#form(access) }, last);
      last = link;
      return `${line}\n`;
    });
    await this.#sink.write(lines.join(''));
    // Only now: what was not written is followed by nothing.
    this.#last = last;
  }
}

/** Each start begins a chain of its own. */
export function logToStdout(form: Form): AuditLog {
  const write = (text: string) =>
    new Promise<void>((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  return new AuditLog({ write, close: async () => undefined }, form, START);
}

/** Goes on where the file ends. Rejects when it cannot be written, or does not end as an audit trail does. */
export async function logToFile(path: string, form: Form): Promise<AuditLog> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
  try {
    const { length, last } = await readEnd(file);
    return new AuditLog(new FileSink(file, length), form, last);
  } catch (error) {
    await file.close();
    throw error;
  }
}

class FileSink implements Sink {
  readonly #file: FileHandle;
  /** Up to here the file is whole lines. */
  #length: number;

  constructor(file: FileHandle, length: number) {
    this.#file = file;
    this.#length = length;
  }

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    try {
      await this.#file.writeFile(bytes);
      this.#length += bytes.length;
    } catch (error) {
      // A full disk takes a part: what follows must not be glued to it.
      await this.#file.truncate(this.#length).catch(() => undefined);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Longer than any line: identifiers of one patient, and ids of the calls of one operation. */
const LONGEST_LINE_BYTES = 1024 * 1024;

/** A last line without its end was being written when the process died: its answer never left, so it is taken off. */
async function readEnd(file: FileHandle): Promise<{ length: number; last: Link }> {
  const { size } = await file.stat();
  if (size === 0) return { length: 0, last: START };
  const from = Math.max(0, size - LONGEST_LINE_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
  const text = buffer.subarray(0, bytesRead).toString();
  const end = text.lastIndexOf('\n');
  const length = from + Buffer.byteLength(text.slice(0, end + 1));
  if (length < size) await file.truncate(length);
  if (length === 0) return { length, last: START };
  const last = readLink(text.slice(text.lastIndexOf('\n', end - 1) + 1, end));
  if (last === null) throw new Error('the file does not end as an audit trail does');
  return { length, last };
}
