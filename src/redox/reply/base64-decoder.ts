/** Decodes file contents piece by piece: base64 as senders write it in practice, and no text that only resembles it. */

/** Longer pieces are cut, so that texts and decoded bytes stay small whatever the size of the chunks. Undici's have this size. */
const PIECE_BYTES = 65_536;

/** All pieces are decoded into this buffer: each is used before the next one is decoded. */
const SCRATCH = Buffer.allocUnsafeSlow((PIECE_BYTES / 4 + 4) * 3);

const WHITESPACE = /[ \t\r\n\f\v]+/g;
const PADDED_QUAD = /^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LAST_QUAD = /^(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * Accepts base64 of the standard alphabet with its padding (RFC 4648 §4). Some sandboxes send placeholder text, from which
 * Buffer alone would decode meaningless bytes. ASCII whitespace is accepted anywhere, as Ruby senders break the line after
 * every 60 characters.
 */
export class Base64Decoder {
  readonly #take: (bytes: Buffer) => void;
  readonly #lastQuad: RegExp;
  /** The text that waits for the next piece: an incomplete quad, perhaps with its padding. */
  #rest = '';
  #isSound = true;

  /** `take` receives the decoded bytes; they are overwritten after it returns. */
  constructor(take: (bytes: Buffer) => void, padding: 'required' | 'optional' = 'required') {
    this.#take = take;
    this.#lastQuad = padding === 'required' ? PADDED_QUAD : LAST_QUAD;
  }

  /** Takes the next bytes of the text. */
  write(bytes: Buffer): void {
    // Completes the waiting quad first, so that the rest of the bytes need not be copied behind it.
    const first = this.#rest === '' ? 0 : 4 - (this.#rest.length % 4);
    if (first > 0 && this.#isSound) this.#decode(this.#rest + bytes.toString('latin1', 0, first));
    for (let from = first; from < bytes.length && this.#isSound; from += PIECE_BYTES) {
      this.#decode(this.#rest + bytes.toString('latin1', from, from + PIECE_BYTES));
    }
  }

  /** Whether the whole text was base64. If not, the decoded bytes must be discarded. */
  end(): boolean {
    const rest = this.#rest.replace(WHITESPACE, '');
    if (!this.#isSound || !this.#lastQuad.test(rest)) return false;
    if (rest !== '') this.#take(Buffer.from(rest, 'base64'));
    return true;
  }

  #decode(text: string): void {
    if (this.#takeQuads(text)) return;
    const packed = text.replace(WHITESPACE, '');
    const padding = packed.indexOf('=');
    const data = padding < 0 ? packed : packed.slice(0, padding);
    const end = packed.slice(data.length);
    this.#isSound = this.#takeQuads(data) && (end === '' || end === '=' || end === '==');
    this.#rest += end;
  }

  /** Decodes all complete quads and keeps the rest. False, without passing on anything, when there is another character among them. */
  #takeQuads(text: string): boolean {
    const length = text.length - (text.length % 4);
    const quads = text.slice(0, length);
    // Buffer skips characters that are not base64, so the length shows whether there were any; but it accepts the URL alphabet, too.
    const decodedLength = SCRATCH.write(quads, 'base64');
    if (decodedLength !== (length / 4) * 3 || quads.includes('-') || quads.includes('_')) return false;
    if (length > 0) this.#take(SCRATCH.subarray(0, decodedLength));
    this.#rest = text.slice(length);
    return true;
  }
}

/** Decodes a whole text; null when it is not base64. */
export function decodeBase64(text: string): Buffer | null {
  const pieces: Buffer[] = [];
  const decoder = new Base64Decoder((bytes) => pieces.push(Buffer.from(bytes)));
  decoder.write(Buffer.from(text));
  return decoder.end() ? Buffer.concat(pieces) : null;
}
