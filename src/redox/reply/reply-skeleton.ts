/** The reply skeleton: the bytes of a reply without those of its files, appended as they arrive. */

/** Replies are rarely longer without their files. */
const FIRST_BYTES = 16_384;

export class ReplySkeleton {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

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
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
