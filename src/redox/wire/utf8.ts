/** Decodes bytes of Redox to text so that different bytes stay different: the names of two patients must not become equal. */
import { isUtf8 } from 'node:buffer';

/** Matches a character in UTF-8 (RFC 3629 §4), or any other byte, in a text that has one character per byte. */
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
 * Decodes UTF-8. An invalid byte becomes an unpaired surrogate of its own, as in Python's `surrogateescape`. Like unpaired
 * surrogates in JSON itself, it is sent to callers as U+FFFD, and no caller can query it.
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
