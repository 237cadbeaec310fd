/** Decodes file contents piece by piece, out of a JSON string: base64, or a `data:` URI. */
import { Base64Decoder } from './base64-decoder.ts';
import { DataUriDecoder } from './data-uri-decoder.ts';
import { JsonUnescaper } from './json-unescaper.ts';

const BACKSLASH = 0x5c;
const DATA_SCHEME = 'data:';

/** ASCII whitespace, which may stand anywhere in base64, and which readers of URIs take away before them. */
const WHITESPACE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);

export class FileDecoder {
  readonly #take: (bytes: Buffer) => void;
  /** Made when there is something to undo: most files are base64 without any. */
  #unescaper: JsonUnescaper | null = null;
  /** While it may become either. */
  #beginning = '';
  #decoder: Base64Decoder | DataUriDecoder | null = null;

  /** `take` gets the decoded bytes; they may be overwritten when it returns. */
  constructor(take: (bytes: Buffer) => void) {
    this.#take = take;
  }

  /** What a `data:` URI says that the file is: a media type, or what stands in its place. Known at the end. */
  get statedType(): string | null {
    return this.#decoder instanceof DataUriDecoder ? this.#decoder.statedType : null;
  }

  /** `bytes`: the string's next ones, as they stand between its quotes. */
  write(bytes: Buffer): void {
    if (this.#unescaper === null && bytes.includes(BACKSLASH)) {
      this.#unescaper = new JsonUnescaper((unescaped) => this.#write(unescaped));
    }
    if (this.#unescaper === null) this.#write(bytes);
    else this.#unescaper.write(bytes);
  }

  /** Whether all of it was a file. Else what was taken is worth nothing. */
  end(): boolean {
    const isString = this.#unescaper?.end() ?? true;
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
