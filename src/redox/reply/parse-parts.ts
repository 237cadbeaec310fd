/** Parses a long reply in parts, as JSON.parse would block the event loop until it has parsed all of it. */
import { parseJson } from '../wire/loose-json.ts';
import type { EntryList } from './entry-list.ts';

const COMMA = 0x2c;
const BRACKETS = [Buffer.from('['), Buffer.from(']')] as const;

/**
 * The message without its entries; undefined when it is not JSON. `hasNumbers`: whether the whole text has numbers outside of
 * strings.
 */
export function parseWithoutEntries(text: Buffer, { from, to }: EntryList, hasNumbers: boolean): unknown {
  return parseJson(Buffer.concat([text.subarray(0, from), text.subarray(to)]), hasNumbers);
}

/** The entries, a few at a time; undefined for a part that is not JSON. */
export function* parseEntries(
  text: Buffer,
  { from, to, cuts }: EntryList,
  hasNumbers: boolean,
): Generator<unknown> {
  let begin = from;
  for (const end of [...cuts, to]) {
    const isFirst = begin === from;
    const at = isFirst ? begin : skipBlanks(text, begin, end);
    // Only blanks may follow the last entry; all other entries are followed by a comma.
    if (at === end) return;
    const isSeparated = isFirst || text[at] === COMMA;
    yield isSeparated ? parseList(text, isFirst ? at : at + 1, end, hasNumbers) : undefined;
    begin = end;
  }
}

function parseList(text: Buffer, from: number, to: number, hasNumbers: boolean): unknown {
  if (skipBlanks(text, from, to) === to) return undefined;
  const [open, close] = BRACKETS;
  return parseJson(Buffer.concat([open, text.subarray(from, to), close]), hasNumbers);
}

/** Skips the whitespace characters of JSON. */
export function skipBlanks(text: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text[at])) at += 1;
  return at;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
