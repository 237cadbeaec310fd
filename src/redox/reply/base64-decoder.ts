/** Decodes file contents piece by piece: base64 as senders really write it, and nothing that merely resembles it. */

/** Longer pieces are cut, so that texts and decoded bytes stay small whatever the chunks are. Undici's are this long. */
const PIECE_BYTES = 65_536;

/** Where all pieces are decoded: each is used up before the next comes. */
const SCRATCH = Buffer.allocUnsafeSlow((PIECE_BYTES / 4 + 4) * 3);

const WHITESPACE = /[ \t\r\n\f\v]+/g;
const PADDED_QUAD = /^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LAST_QUAD = /^(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * Base64 of the standard alphabet with its padding (RFC 4648 §4): sandboxes are known to send placeholder text, which
 * Buffer alone would turn into garbage bytes. ASCII whitespace may stand anywhere, as Ruby senders break the line every 60
 * characters.
 */
export class Base64Decoder {
  readonly #take: (bytes: Buffer) => void;
  readonly #lastQuad: RegExp;
  /** What waits for the next piece: an incomplete quad, perhaps with its padding. */
  #rest = '';
  #isSound = true;

  /** `take` gets the decoded bytes; they are overwritten when it returns. */
  constructor(take: (bytes: Buffer) => void, padding: 'required' | 'optional' = 'required') {
    this.#take = take;
    this.#lastQuad = padding === 'required' ? PADDED_QUAD : LAST_QUAD;
  }

  /** `bytes`: the text's next ones. */
  write(bytes: Buffer): void {
    // Completes the quad that waits, so that what follows need not be copied to go behind it.
    const first = this.#rest === '' ? 0 : 4 - (this.#rest.length % 4);
    if (first > 0 && this.#isSound) this.#decode(this.#rest + bytes.toString('latin1', 0, first));
    for (let from = first; from < bytes.length && this.#isSound; from += PIECE_BYTES) {
      this.#decode(this.#rest + bytes.toString('latin1', from, from + PIECE_BYTES));
    }
  }

  /** Whether all of it was base64. Else what was taken is worth nothing. */
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

  /** Decodes all whole quads and keeps the rest; false, with nothing taken, when there is anything else among them. */
  #takeQuads(text: string): boolean {
    const length = text.length - (text.length % 4);
    const quads = text.slice(0, length);
    // Buffer skips what is not base64, so all of it was if nothing is missing; but it also takes the URL alphabet.
    const decodedLength = SCRATCH.write(quads, 'base64');
    if (decodedLength !== (length / 4) * 3 || quads.includes('-') || quads.includes('_')) return false;
    if (length > 0) this.#take(SCRATCH.subarray(0, decodedLength));
    this.#rest = text.slice(length);
    return true;
  }
}

/** All of a text at once; null when it is not base64. */
export function decodeBase64(text: string): Buffer | null {
  const pieces: Buffer[] = [];
  const decoder = new Base64Decoder((bytes) => pieces.push(Buffer.from(bytes)));
  decoder.write(Buffer.from(text));
  return decoder.end() ? Buffer.concat(pieces) : null;
}
