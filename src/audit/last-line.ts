/** Where an existing audit trail ends, and what its next line follows. Lines may be of any length. */
import { readSync } from 'node:fs';
import { type Link, readLink, START } from './chain.ts';
import { SinkError } from './sink.ts';

const BLOCK_BYTES = 64 * 1024;
const LINE_END = 0x0a;
/** More than a line's first members, and more than its last. */
const EDGE_BYTES = 256;
const BEGINNING = '{"seq":';

/**
 * `length`: up to the end of the last whole line. What follows was being written when the process died: what it was about
 * never left. @throws when the file does not end as an audit trail does.
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

/** The place of the last line break before a place; -1 when there is none. */
function findLineEnd(file: number, before: number): number {
  for (let end = before; end > 0; ) {
    const start = Math.max(0, end - BLOCK_BYTES);
    const at = readBytes(file, start, end).lastIndexOf(LINE_END);
    if (at >= 0) return start + at;
    end = start;
  }
  return -1;
}

/** A line's beginning and end, which say its place in the chain, in one text. */
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
