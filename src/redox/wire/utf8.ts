/** Bytes of Redox as text in which different bytes stay different: two patients' names must not become one. */
import { isUtf8 } from 'node:buffer';

/** A character in UTF-8 (RFC 3629 §4), or any other byte, in a text of one character a byte. */
const CHARACTER = new RegExp(
  [
    '[\\x00-\\x7f]+',
    '[\\xc2-\\xdf][\\x80-\\xbf]',
    '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]',
    '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}',
    '\\xed[\\x80-\\x9f][\\x80-\\xbf]',
    '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}',
    '[\\xf1-\\xf3][\\x80-\\xbf]{3}',
    '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}',
    '[\\x80-\\xff]',
  ].join('|'),
  'g',
);

/**
 * UTF-8 as text. A byte that is none becomes a lone surrogate of its own, as in Python's `surrogateescape`; like those that
 * JSON itself may hold, it leaves as U+FFFD, and no caller can ask for it.
 */
export function decodeUtf8(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  return bytes.toString('latin1').replace(CHARACTER, (character) => {
    const byte = character.charCodeAt(0);
    if (byte < 0x80) return character;
    return character.length > 1
      ? Buffer.from(character, 'latin1').toString()
      : String.fromCharCode(0xdc00 + byte);
  });
}
