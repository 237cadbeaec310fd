/** A buffer to which bytes are appended as they arrive, such as the reply skeleton: a reply without the bytes of its files. */

export class GrowingBuffer {
  readonly #minBytes: number;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  /** Memory for `minBytes` is allocated when the first bytes are appended, or for all of these if they are more. */
  constructor(minBytes = 0) {
    this.#minBytes = minBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** A view, valid until more is appended. */
  view(from = 0, to = this.#length): Buffer {
    return this.#buffer.subarray(from, Math.min(to, this.#length));
  }

  /** Appends `bytes[from..to)`. */
  append(bytes: Buffer, from = 0, to = bytes.length): void {
    const length = this.#length + to - from;
    if (length > this.#buffer.length) this.#grow(length);
    bytes.copy(this.#buffer, this.#length, from, to);
    this.#length = length;
  }

  cut(length: number): void {
    this.#length = length;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2, this.#minBytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
