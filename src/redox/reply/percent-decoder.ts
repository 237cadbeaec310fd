/** Decodes percent-encoding (RFC 3986 §2.1) of bytes that arrive in pieces. A percent sign that begins no escape stays as it is. */

const PERCENT = 0x25;

export class PercentDecoder {
  readonly #take: (bytes: Buffer) => void;
  /** A percent sign, perhaps with one digit, which the next piece may complete to an escape. */
  #rest: Buffer = Buffer.alloc(0);

  /** `take` receives the decoded bytes; they may be overwritten after it returns. */
  constructor(take: (bytes: Buffer) => void) {
    this.#take = take;
  }

  write(bytes: Buffer): void {
    if (this.#rest.length === 0 && !bytes.includes(PERCENT)) this.#take(bytes);
    else this.#decode(Buffer.concat([this.#rest, bytes]));
  }

  /** To be called once, at the end. */
  end(): void {
    if (this.#rest.length > 0) this.#take(this.#rest);
  }

  #decode(bytes: Buffer): void {
    let length = 0;
    let from = 0;
    while (from < bytes.length) {
      const percent = bytes.indexOf(PERCENT, from);
      const to = percent < 0 ? bytes.length : percent;
      // Decodes in place: the result is never longer than the input.
      length += bytes.copy(bytes, length, from, to);
      from = to;
      if (percent < 0 || percent + 2 >= bytes.length) break;
      const value = readDigit(bytes[percent + 1]) * 16 + readDigit(bytes[percent + 2]);
      const isEscape = !Number.isNaN(value);
      bytes[length] = isEscape ? value : PERCENT;
      length += 1;
      from += isEscape ? 3 : 1;
    }
    this.#rest = Buffer.from(bytes.subarray(from));
    if (length > 0) this.#take(bytes.subarray(0, length));
  }
}

/** The value of a hexadecimal digit; NaN for anything else. */
function readDigit(byte: number | undefined): number {
  return byte === undefined ? Number.NaN : Number.parseInt(String.fromCharCode(byte), 16);
}
