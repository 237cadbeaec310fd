/** Decodes a `data:` URI (RFC 2397) that arrives in pieces: its type, its parameters, and the file after its comma. */
import { Base64Decoder } from './base64-decoder.ts';
import { PercentDecoder } from './percent-decoder.ts';

/** For the part before the comma: RFC 2397 expects a whole URI of this length to fit into an attribute. */
const MAX_HEADER_BYTES = 1024;

const COMMA = 0x2c;

/** The URI up to its comma. Like browsers, it allows blanks around parameters, and parameters without a value. */
const HEADER = /^data:([^;\s]*)(?:\s*;\s*[^;\s]*)*\s*$/i;
const CHARSET = /;\s*charset=[^;\s]+/i;
const BASE64 = /;\s*base64\s*$/i;

/**
 * A URI that is not base64 must have a valid type or none; otherwise a plain text that begins with `data:` would lose its
 * beginning.
 */
const TYPE_OF_TEXT = /^(?:[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+)?$/i;

export class DataUriDecoder {
  readonly #take: (bytes: Buffer) => void;
  #header: Buffer = Buffer.alloc(0);
  #statedType: string | null = null;
  #percents: PercentDecoder | null = null;
  /** Null if the percent-encoded bytes are the file itself. */
  #base64: Base64Decoder | null = null;
  #isSound = true;

  /** `take` receives the decoded bytes; they may be overwritten after it returns. */
  constructor(take: (bytes: Buffer) => void) {
    this.#take = take;
  }

  /** The media type that the URI states, with its charset only; null if it states none. Known after the comma. */
  get statedType(): string | null {
    return this.#statedType;
  }

  /** Takes the next bytes of the URI, from its scheme on. */
  write(bytes: Buffer): void {
    if (this.#percents !== null) this.#percents.write(bytes);
    else if (this.#isSound) this.#readHeader(bytes);
  }

  /** Whether the whole text was a `data:` URI. If not, the decoded bytes must be discarded. */
  end(): boolean {
    if (!this.#isSound || this.#percents === null) return false;
    this.#percents.end();
    return this.#base64 === null || this.#base64.end();
  }

  #readHeader(bytes: Buffer): void {
    this.#header = Buffer.concat([
      this.#header,
      bytes.subarray(0, MAX_HEADER_BYTES - this.#header.length + 1),
    ]);
    const comma = this.#header.indexOf(COMMA);
    if (comma < 0) this.#isSound = this.#header.length <= MAX_HEADER_BYTES;
    else this.#begin(this.#header.toString('latin1', 0, comma), bytes);
  }

  #begin(header: string, bytes: Buffer): void {
    const [, type] = HEADER.exec(header) ?? [];
    const isBase64 = BASE64.test(header);
    this.#isSound = type !== undefined && (isBase64 || TYPE_OF_TEXT.test(type));
    if (!this.#isSound) return;
    // By RFC 2397 §3, a URI without a type is plain text, but senders of base64 do not mean that.
    const statedType = type || (isBase64 ? null : 'text/plain');
    const [charset = ''] = CHARSET.exec(header) ?? [];
    this.#statedType = statedType && statedType + charset;
    const base64 = isBase64 ? new Base64Decoder(this.#take, 'known') : null;
    this.#base64 = base64;
    this.#percents = new PercentDecoder(base64 ? (decoded) => base64.write(decoded) : this.#take);
    this.#percents.write(bytes.subarray(bytes.indexOf(COMMA) + 1));
  }
}
