/** Replaces the escapes of a JSON string whose bytes arrive in pieces. */

import { endsInEscape } from './closing-quote.ts';

const BACKSLASH = 0x5c;
const UNICODE_ESCAPE_BYTES = 6;
const OPEN_ESCAPE = /^\\(?:u[\da-fA-F]{0,3})?$/;

/** The short escapes of RFC 8259 §7, by the character after the backslash. */
const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Yields the bytes of a string: escapes as UTF-8, all other bytes unchanged. An unpaired surrogate becomes U+FFFD. */
export class JsonUnescaper {
  readonly #take: (bytes: Buffer) => void;
  /** The beginning of an escape, or an escape that may be the first of a surrogate pair. */
  #rest: Buffer = Buffer.alloc(0);
  #isSound = true;

  /** `take` receives the bytes; they may be overwritten after it returns. */
  constructor(take: (bytes: Buffer) => void) {
    this.#take = take;
  }

  /** Takes the next bytes of the string, as they are written between its quotes. */
  write(bytes: Buffer): void {
    if (!this.#isSound) return;
    if (this.#rest.length === 0 && !bytes.includes(BACKSLASH)) this.#take(bytes);
    else this.#unescape(Buffer.concat([this.#rest, bytes]), false);
  }

  /** Whether all escapes were valid. If not, the bytes must be discarded. */
  end(): boolean {
    if (this.#rest.length > 0) this.#unescape(this.#rest, true);
    return this.#isSound;
  }

  #unescape(bytes: Buffer, isEnd: boolean): void {
    const end = endsInEscape(bytes, 0, bytes.length) ? bytes.length - 1 : bytes.length;
    const unescaped = unescapeAtOnce(bytes.toString('latin1', 0, end));
    if (unescaped === null || (isEnd && end < bytes.length)) {
      this.#unescapeOneByOne(bytes, isEnd);
      return;
    }
    this.#rest = Buffer.from(bytes.subarray(end));
    this.#take(unescaped);
  }

  /** Keeps an escape that may continue after `bytes`, unless these are the last ones of the string. */
  #unescapeOneByOne(bytes: Buffer, isEnd: boolean): void {
    // No escape is shorter than its UTF-8: a character of four bytes takes twelve, one of three bytes, such as U+FFFD, six.
    const unescaped = Buffer.allocUnsafe(bytes.length);
    let length = 0;
    let from = 0;
    while (from < bytes.length) {
      const backslash = bytes.indexOf(BACKSLASH, from);
      const to = backslash < 0 ? bytes.length : backslash;
      length += bytes.copy(unescaped, length, from, to);
      from = to;
      if (backslash < 0) break;
      const found = readEscape(bytes, backslash, isEnd);
      if (found === 'open') break;
      if (found === 'wrong') {
        this.#isSound = false;
        return;
      }
      length += unescaped.write(found.text, length);
      from += found.length;
    }
    this.#rest = Buffer.from(bytes.subarray(from));
    if (length > 0) this.#take(unescaped.subarray(0, length));
  }
}

/**
 * Uses JSON.parse on one character per byte. This suits most senders, whose only escapes are short ones (of slashes and line
 * breaks). Null for all other texts.
 */
function unescapeAtOnce(written: string): Buffer | null {
  if (written.includes('\\u')) return null;
  try {
    return Buffer.from(String(JSON.parse(`"${written}"`)), 'latin1');
  } catch {
    return null;
  }
}

interface Escape {
  readonly text: string;
  /** The number of bytes of the escape. */
  readonly length: number;
}

/** Reads the escape at `at`, or both escapes of a surrogate pair. `open`: more bytes are needed. */
function readEscape(bytes: Buffer, at: number, isEnd: boolean): Escape | 'open' | 'wrong' {
  const written = bytes.toString('latin1', at, at + 2 * UNICODE_ESCAPE_BYTES);
  const short = SHORT_ESCAPES.get(written.charAt(1));
  if (short !== undefined) return { text: short, length: 2 };
  const unit = readUnit(written);
  if (unit === null) return OPEN_ESCAPE.test(written) && !isEnd ? 'open' : 'wrong';
  const isFirstHalf = unit >= '\ud800' && unit <= '\udbff';
  if (!isFirstHalf) return { text: unit.toWellFormed(), length: UNICODE_ESCAPE_BYTES };
  const behind = written.slice(UNICODE_ESCAPE_BYTES);
  if (!isEnd && (behind === '' || OPEN_ESCAPE.test(behind))) return 'open';
  const other = readUnit(behind);
  const isPair = other !== null && other >= '\udc00' && other <= '\udfff';
  if (isPair) return { text: unit + other, length: 2 * UNICODE_ESCAPE_BYTES };
  return { text: unit.toWellFormed(), length: UNICODE_ESCAPE_BYTES };
}

/** The UTF-16 code unit of the `\uXXXX` escape at the beginning of the text; null when it has none. */
function readUnit(written: string): string | null {
  const [, hex] = /^\\u([\da-fA-F]{4})/.exec(written) ?? [];
  return hex === undefined ? null : String.fromCharCode(Number.parseInt(hex, 16));
}
