/** Finds the end of a JSON string with native search, so that megabytes are not read byte by byte in JavaScript. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Native search is faster only for longer strings, and most strings of a reply are shorter. */
const SHORT_BYTES = 32;

/**
 * The index, from `at` on, of the quote that ends the string, or -1 when `bytes` do not contain it. `outside`, which is at or
 * before `at`, is the beginning of the string or any index in it that is not inside an escape.
 */
export function findClosingQuote(bytes: Buffer, at: number, outside = at): number {
  let quote = findQuote(bytes, at);
  while (quote >= 0 && endsInEscape(bytes, outside, quote)) quote = findQuote(bytes, quote + 1);
  return quote;
}

/** Whether a backslash before `end` escapes the byte there; `outside` as above. */
export function endsInEscape(bytes: Buffer, outside: number, end: number): boolean {
  let at = end;
  while (at > outside && bytes[at - 1] === BACKSLASH) at -= 1;
  return (end - at) % 2 === 1;
}

function findQuote(bytes: Buffer, from: number): number {
  const shortEnd = Math.min(from + SHORT_BYTES, bytes.length);
  for (let at = from; at < shortEnd; at += 1) if (bytes[at] === QUOTE) return at;
  return bytes.indexOf(QUOTE, shortEnd);
}
