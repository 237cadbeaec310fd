/** The part of a file that a request asks for (RFC 9110 §14): one range of bytes, or the whole file. */
import { parse } from 'range-parser';

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

const [MALFORMED, UNSATISFIABLE] = [1, 2];

/**
 * Null: the whole file, also for a header that is malformed or asks for several ranges, which a server may ignore (§14.2).
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
