/** Collects bits, most significant first, the way a JPEG scan wants them: 0xFF bytes stuffed, the end padded with ones. */
export class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #pendingBits = 0;

  /** Appends the `length` (at most 16) low bits of `value`. */
  write(value: number, length: number): void {
    this.#pending = (this.#pending << length) | (value & ((1 << length) - 1));
    this.#pendingBits += length;
    while (this.#pendingBits >= 8) {
      this.#pendingBits -= 8;
      const byte = (this.#pending >> this.#pendingBits) & 0xff;
      this.#bytes.push(byte);
      // A decoder takes 0xFF for the start of a marker unless a zero follows (ITU-T T.81, B.1.1.5).
      if (byte === 0xff) this.#bytes.push(0);
    }
    this.#pending &= (1 << this.#pendingBits) - 1;
  }

  finish(): Buffer {
    if (this.#pendingBits > 0) this.write(0xff, 8 - this.#pendingBits);
    return Buffer.from(this.#bytes);
  }
}
