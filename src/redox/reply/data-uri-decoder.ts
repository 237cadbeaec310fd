/** Decodes a `data:` URI (RFC 2397) that comes in pieces: its type, its parameters, and the file behind its comma. */
import { Base64Decoder } from './base64-decoder.ts';
import { PercentDecoder } from './percent-decoder.ts';

/** Before the comma: as long as RFC 2397 expects a whole one to be where it has to fit into an attribute. */
const MAX_HEADER_BYTES = 1024;

const COMMA = 0x2c;

/** Up to its comma. Browsers allow blanks around parameters, and parameters without a value. */
const HEADER = /^data:([^;\s]*)(?:\s*;\s*[^;\s]*)*\s*$/i;
const BASE64 = /;\s*base64\s*$/i;

/** What is no base64 has to say its type right, or nothing of it: else any text that begins alike would lose its beginning. */
const TYPE_OF_TEXT = /^(?:[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+)?$/i;

export class DataUriDecoder {
  readonly #take: (bytes: Buffer) => void;
  #header: Buffer = Buffer.alloc(0);
  #statedType: string | null = null;
  #percents: PercentDecoder | null = null;
  /** Null: what is percent-encoded is the file itself. */
  #base64: Base64Decoder | null = null;
  #isSound = true;

  /** `take` gets the decoded bytes; they may be overwritten when it returns. */
  constructor(take: (bytes: Buffer) => void) {
    this.#take = take;
  }

  /** What the URI says that the file is, without parameters; null when it says nothing. Known behind the comma. */
  get statedType(): string | null {
    return this.#statedType;
  }

  /** `bytes`: the URI's next ones, from its scheme on. */
  write(bytes: Buffer): void {
    if (this.#percents !== null) this.#percents.write(bytes);
    else if (this.#isSound) this.#readHeader(bytes);
  }

  /** Whether all of it was a `data:` URI. Else what was taken is worth nothing. */
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
    // RFC 2397 §3 takes a URI without a type for plain text; senders of base64 do not mean that.
    this.#statedType = type || (isBase64 ? null : 'text/plain');
    const base64 = isBase64 ? new Base64Decoder(this.#take, 'optional') : null;
    this.#base64 = base64;
    this.#percents = new PercentDecoder(base64 ? (decoded) => base64.write(decoded) : this.#take);
    this.#percents.write(bytes.subarray(bytes.indexOf(COMMA) + 1));
  }
}
