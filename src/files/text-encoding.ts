/** Determines from its bytes whether a file is text, and in which encoding. */
import { isUtf8 } from 'node:buffer';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** The control characters that texts contain: tab, line feed, form feed, carriage return, escape. */
const TEXT_CONTROLS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x1b]);

/** Bytes to which windows-1252 assigns no character. */
const UNDEFINED_BYTES: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/**
 * In Western European languages at least half of the letters are ASCII, even in one word; in Cyrillic and Greek, almost none are.
 */
const MIN_ASCII_SHARE = 0.5;

/** Null if the beginning of a file is not text. `wholeIsUtf8`: whether the whole file is UTF-8; null if only `head` is known. */
export function readTextEncoding(head: Buffer, wholeIsUtf8: boolean | null): TextEncoding | null {
  const utf16 = readUtf16Mark(head);
  if (utf16 !== null) return isUtf16Text(head, utf16) ? utf16 : null;
  if (head.length === 0 || head.some(isBinary)) return null;
  if (wholeIsUtf8 ?? isUtf8(wholeCharactersOf(head))) return 'utf-8';
  const ascii = head.reduce((sum, byte) => (byte < 0x80 ? sum + 1 : sum), 0);
  const isWestern = ascii >= MIN_ASCII_SHARE * head.length && !head.some((byte) => UNDEFINED_BYTES.has(byte));
  return isWestern ? 'windows-1252' : null;
}

/** The "binary data bytes" of the WHATWG's MIME Sniffing Standard (§3): no text contains them. */
function isBinary(code: number): boolean {
  return code < 0x20 && !TEXT_CONTROLS.has(code);
}

function readUtf16Mark(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : null;
}

/** Random bytes soon contain an unpaired surrogate, or a control character. */
function isUtf16Text(head: Buffer, encoding: 'utf-16le' | 'utf-16be'): boolean {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return !Array.from(text, (one) => one.charCodeAt(0)).some(isBinary);
  } catch {
    return false;
  }
}

/** UTF-8 without the character that is cut by the end of the head. */
export function wholeCharactersOf(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) return lengthOfCharacter(byte) > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** Determined by its first byte (RFC 3629 §3). */
function lengthOfCharacter(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}
