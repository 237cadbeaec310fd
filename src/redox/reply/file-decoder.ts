/** Decodes file contents from a JSON string, piece by piece: base64, or a `data:` URI. */
import { Base64Decoder } from './base64-decoder.ts';
import { DataUriDecoder } from './data-uri-decoder.ts';
import { JsonUnescaper } from './json-unescaper.ts';

const BACKSLASH = 0x5c;
const DATA_SCHEME = 'data:';

/** ASCII whitespace, which base64 may contain anywhere, and which URI parsers remove at the beginning. */
const WHITESPACE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);

export class FileDecoder {
  readonly #take: (bytes: Buffer) => void;
  /** Created at the first escape: most files are base64 without any. */
  #unescaper: JsonUnescaper | null = null;
  /** The first characters, while the contents may be either kind. */
  #beginning = '';
  /** Whether whitespace came before the first characters. */
  #beganWithBlanks = false;
  #decoder: Base64Decoder | DataUriDecoder | null = null;

  /** `take` receives the decoded bytes; they may be overwritten after it returns. */
  constructor(take: (bytes: Buffer) => void) {
    this.#take = take;
  }

  /** The media type that a `data:` URI states, or the text in its place. Known at the end. */
  get statedType(): string | null {
    return this.#decoder instanceof DataUriDecoder ? this.#decoder.statedType : null;
  }

  /** Takes the next bytes of the string, as they are written between its quotes. */
  write(bytes: Buffer): void {
    if (this.#unescaper === null && bytes.includes(BACKSLASH)) {
      this.#unescaper = new JsonUnescaper((unescaped) => this.#write(unescaped));
    }
    if (this.#unescaper === null) this.#write(bytes);
    else this.#unescaper.write(bytes);
  }

  /** Whether the whole string was a file. If not, the decoded bytes must be discarded. */
  end(): boolean {
    const isString = this.#unescaper?.end() ?? true;
    const isBlank = this.#beganWithBlanks && this.#decoder === null && this.#beginning === '';
    if (isBlank) return false;
    if (this.#decoder === null) this.#begin().write(Buffer.from(this.#beginning, 'latin1'));
    return (this.#decoder?.end() ?? false) && isString;
  }

  #write(bytes: Buffer): void {
    if (this.#decoder !== null) {
      this.#decoder.write(bytes);
      return;
    }
    const known = this.#beginning;
    let at = 0;
    if (known === '') while (WHITESPACE.has(bytes[at])) at += 1;
    this.#beganWithBlanks ||= at > 0;
    const missing = DATA_SCHEME.length - known.length;
    this.#beginning += bytes.toString('latin1', at, at + missing);
    const isWhole = this.#beginning.length === DATA_SCHEME.length;
    if (!isWhole && DATA_SCHEME.startsWith(this.#beginning.toLowerCase())) return;
    const decoder = this.#begin();
    if (known !== '') decoder.write(Buffer.from(known, 'latin1'));
    decoder.write(bytes.subarray(at));
  }

  #begin(): Base64Decoder | DataUriDecoder {
    const isDataUri = this.#beginning.toLowerCase() === DATA_SCHEME;
    const decoder = isDataUri ? new DataUriDecoder(this.#take) : new Base64Decoder(this.#take);
    this.#decoder = decoder;
    return decoder;
  }
}
