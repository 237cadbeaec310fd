/** Reads which part of a file a request wants (RFC 9110 §14): one range of bytes, or the whole file. */
import { Readable } from 'node:stream';
import { parse } from 'range-parser';

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

const [MALFORMED, UNSATISFIABLE] = [1, 2];

/**
 * Null: the whole file, also for a header that is malformed or requests several ranges, which a server may ignore (§14.2).
 * `unsatisfiable`: the range begins after the end of the file.
 */
export function readRange(
  header: string | undefined,
  byteLength: number,
): ByteRange | 'unsatisfiable' | null {
  if (header === undefined) return null;
  const { type, code, ranges } = parse(byteLength, header);
  if (type !== 'bytes' || (code & MALFORMED) !== 0) return null;
  const [range, ...others] = ranges;
  if (range === undefined) return (code & UNSATISFIABLE) !== 0 ? 'unsatisfiable' : null;
  return others.length === 0 ? range : null;
}

/** That part of a file in memory, its blocks as they are: they are passed on one by one, as fast as the caller reads them. */
export function bodyOf(blocks: readonly Buffer[], { start, end }: ByteRange): Buffer | Readable {
  const parts: Buffer[] = [];
  let at = 0;
  for (const block of blocks) {
    const part = block.subarray(Math.max(0, start - at), Math.max(0, end + 1 - at));
    if (part.length > 0) parts.push(part);
    at += block.length;
  }
  const [only = Buffer.alloc(0), ...others] = parts;
  return others.length === 0 ? only : Readable.from(parts, { objectMode: false });
}
