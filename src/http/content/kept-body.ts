/** The body of a response from a file in memory: its blocks as they are, without a copy. */
import { Readable } from 'node:stream';
import type { ByteRange } from './byte-range.ts';

/** The blocks are passed on one by one, as fast as the caller reads them. */
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
