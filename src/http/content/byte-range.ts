/** Which part of a file a request asks for (RFC 9110 §14): one range of bytes, or all of it. */
import { parse } from 'range-parser';

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

const [MALFORMED, UNSATISFIABLE] = [1, 2];

/**
 * Null: all of it, also where what is asked for makes no sense or is in several parts, which a server may pass over
 * (§14.2). `unsatisfiable`: it lies behind the end.
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
