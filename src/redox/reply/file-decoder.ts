/** Decodes file contents piece by piece, out of a JSON string: base64, or a `data:` URI. */
import { Base64Decoder } from './base64-decoder.ts';
import { DataUriDecoder } from './data-uri-decoder.ts';
import { JsonUnescaper } from './json-unescaper.ts';

const DATA_SCHEME = 'data:';

/** ASCII whitespace, which may stand anywhere in base64, and which readers of URIs take away before them. */
const WHITESPACE: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);

export class FileDecoder {
  readonly #take: (bytes: Buffer) => void;
  readonly #unescaper = new JsonUnescaper((bytes) => this.#write(bytes));
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
    this.#unescaper.write(bytes);
  }

  /** Whether all of it was a file. Else what was taken is worth nothing. */
  end(): boolean {
    const isString = this.#unescaper.end();
    const decoder = this.#decoder ?? this.#begin();
    return decoder.end() && isString;
  }

  #write(bytes: Buffer): void {
    if (this.#decoder !== null) {
      this.#decoder.write(bytes);
      return;
    }
    let at = 0;
    if (this.#beginning === '') while (WHITESPACE.has(bytes[at])) at += 1;
    const missing = DATA_SCHEME.length - this.#beginning.length;
    this.#beginning += bytes.toString('latin1', at, at + missing);
    const isWhole = this.#beginning.length === DATA_SCHEME.length;
    if (isWhole || !DATA_SCHEME.startsWith(this.#beginning.toLowerCase())) {
      this.#begin().write(bytes.subarray(at + missing));
    }
  }

  #begin(): Base64Decoder | DataUriDecoder {
    const isDataUri = this.#beginning.toLowerCase() === DATA_SCHEME;
    const decoder = isDataUri ? new DataUriDecoder(this.#take) : new Base64Decoder(this.#take);
    decoder.write(Buffer.from(this.#beginning, 'latin1'));
    this.#decoder = decoder;
    return decoder;
  }
}
