/** Finds the end of an existing audit trail, and the link that its next line follows. Lines may have any length. */
import { readSync } from 'node:fs';
import { type Link, readLink, START } from './chain.ts';
import { SinkError } from './sink.ts';

const BLOCK_BYTES = 64 * 1024;
const LINE_END = 0x0a;
/** More than the first properties of a line, and more than its last. */
const EDGE_BYTES = 256;
const BEGINNING = '{"seq":';

/**
 * `length`: that of all complete lines. An incomplete line at the end was being written when the process ended, and its operation
 * never got a response. @throws when the file does not end like an audit trail.
 */
export function findEnd(file: number, size: number): { readonly length: number; readonly last: Link } {
  const end = findLineEnd(file, size);
  const length = end + 1;
  const rest = readText(file, length, Math.min(size, length + BEGINNING.length));
  if (!BEGINNING.startsWith(rest)) throw new SinkError('AUDIT_FILE_UNKNOWN');
  if (length === 0) return { length, last: START };
  const last = readLink(readEdges(file, findLineEnd(file, end) + 1, end));
  if (last === null) throw new SinkError('AUDIT_FILE_UNKNOWN');
  return { length, last };
}

/** The position of the last line break before a position; -1 when there is none. */
function findLineEnd(file: number, before: number): number {
  for (let end = before; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const at = readBytes(file, start, end).lastIndexOf(LINE_END);
    if (at >= 0) return start + at;
    end = start;
  }
  return -1;
}

/** The beginning and the end of a line, which contain its place in the chain, as one text. */
function readEdges(file: number, start: number, end: number): string {
  if (end - start <= 2 * EDGE_BYTES) return readText(file, start, end);
  return readText(file, start, start + EDGE_BYTES) + readText(file, end - EDGE_BYTES, end);
}

function readText(file: number, start: number, end: number): string {
  return readBytes(file, start, end).toString();
}

function readBytes(file: number, start: number, end: number): Buffer {
  const buffer = Buffer.alloc(end - start);
  return buffer.subarray(0, readSync(file, buffer, 0, end - start, start));
}
