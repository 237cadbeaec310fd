/** Decodes file contents piece by piece: base64 as senders write it in practice, but not text that only resembles it. */

import { MAX_WORDS_LENGTH, resemblesWords } from './placeholder-words.ts';

/**
 * Longer pieces are cut, so that texts and decoded bytes stay small whatever the size of the chunks. Undici's chunks have this
 * size.
 */
const PIECE_BYTES = 65_536;

/** All pieces are decoded into this buffer: the result of one piece is used before the next piece is decoded. */
const SCRATCH = Buffer.allocUnsafeSlow((PIECE_BYTES / 4 + 4) * 3);

const WHITESPACE = /[ \t\r\n\f\v]+/g;

const LAST_QUAD = /^(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/;

/**
 * A last quad without padding whose spare bits are zero, as encoders leave them (RFC 4648 §3.5). Most texts that were cut off end
 * differently.
 */
const UNPADDED_QUAD = /^(?:.[AQgw]|..[AEIMQUYcgkosw048])$/;

/**
 * Accepts base64 of the standard alphabet with its padding (RFC 4648 §4), and ASCII whitespace anywhere in it, as Ruby breaks the
 * line after every 60 characters. Some sandboxes send placeholder text, from which Buffer alone would decode meaningless bytes.
 * So text without padding, or of the URL alphabet (§5), is accepted only if it does not mix alphabets and, unless it is known to
 * be base64, does not resemble words.
 */
export class Base64Decoder {
  readonly #take: (bytes: Buffer) => void;
  readonly #isKnownBase64: boolean;
  /** Text that waits for the next piece: an incomplete quad, or a padded one with what followed it. */
  #rest = '';
  #isSound = true;
  #hasStandardCharacters = false;
  #hasUrlCharacters = false;
  #hasBlanks = false;
  /** The first characters, while the text may consist of words. */
  #beginning = '';

  /**
   * `take` receives the decoded bytes; they are overwritten after it returns. `known` is for text that its sender declares as
   * base64; other text may consist of words.
   */
  constructor(take: (bytes: Buffer) => void, text: 'known' | 'perhaps-words' = 'perhaps-words') {
    this.#take = take;
    this.#isKnownBase64 = text === 'known';
  }

  /** Takes the next bytes of the text. */
  write(bytes: Buffer): void {
    if (this.#beginning.length <= MAX_WORDS_LENGTH)
      this.#beginning += bytes.toString('latin1', 0, MAX_WORDS_LENGTH + 1);
    // Completes the waiting quad first, so that the rest of the bytes need not be copied.
    const first = this.#rest === '' ? 0 : 4 - (this.#rest.length % 4);
    if (first > 0 && this.#isSound) this.#decode(this.#rest + bytes.toString('latin1', 0, first));
    for (let from = first; from < bytes.length && this.#isSound; from += PIECE_BYTES) {
      this.#decode(this.#rest + bytes.toString('latin1', from, from + PIECE_BYTES));
    }
  }

  /** Whether the whole text was base64. If not, the decoded bytes must be discarded. */
  end(): boolean {
    const rest = this.#rest.replace(WHITESPACE, '');
    if (!this.#isSound || !LAST_QUAD.test(rest) || !this.#isOfOneAlphabet(rest)) return false;
    const isPadded = rest === '' || rest.endsWith('=');
    if (!isPadded && !UNPADDED_QUAD.test(rest)) return false;
    const isUsual = isPadded && !this.#hasUrlCharacters;
    if (!isUsual && !this.#isKnownBase64 && this.#mayBeWords()) return false;
    if (rest !== '') this.#take(Buffer.from(rest, 'base64'));
    return true;
  }

  #mayBeWords(): boolean {
    return this.#hasBlanks || hasBlank(this.#rest) || resemblesWords(this.#beginning);
  }

  #decode(text: string): void {
    if (this.#takeQuads(text)) return;
    this.#hasBlanks ||= hasBlank(text);
    const packed = text.replace(WHITESPACE, '');
    const padding = packed.indexOf('=');
    const data = padding < 0 ? packed : packed.slice(0, padding);
    const end = packed.slice(data.length);
    this.#isSound = this.#takeQuads(data) && (end === '' || end === '=' || end === '==');
    this.#rest += end;
  }

  /**
   * Decodes all complete quads and keeps the rest. Returns false, without passing on anything, if they contain another character.
   */
  #takeQuads(text: string): boolean {
    const whole = text.length - (text.length % 4);
    // Only the last quad may be padded, and `end` decodes it, so the text before it need not be searched for padding.
    const length = text[whole - 1] === '=' ? whole - 4 : whole;
    const quads = text.slice(0, length);
    // Buffer skips characters that are not base64, so the length shows whether there were any; but it accepts both alphabets.
    const decodedLength = SCRATCH.write(quads, 'base64');
    if (decodedLength !== (length / 4) * 3 || !this.#isOfOneAlphabet(quads)) return false;
    if (length > 0) this.#take(SCRATCH.subarray(0, decodedLength));
    this.#rest = text.slice(length);
    return true;
  }

  /** Whether all text so far uses one alphabet. After an alphabet has been found, text is no longer searched for it. */
  #isOfOneAlphabet(text: string): boolean {
    this.#hasStandardCharacters ||= text.includes('+') || text.includes('/');
    this.#hasUrlCharacters ||= text.includes('-') || text.includes('_');
    return !(this.#hasStandardCharacters && this.#hasUrlCharacters);
  }
}

/** Blanks separate words. Line breaks do not indicate words, since encoders write them too. */
function hasBlank(text: string): boolean {
  return text.includes(' ') || text.includes('\t');
}

/** Decodes a whole text that its sender declares as base64; null when it is not. */
export function decodeBase64(text: string): Buffer | null {
  const pieces: Buffer[] = [];
  const decoder = new Base64Decoder((bytes) => pieces.push(Buffer.from(bytes)), 'known');
  decoder.write(Buffer.from(text));
  return decoder.end() ? Buffer.concat(pieces) : null;
}
