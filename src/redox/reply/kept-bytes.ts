/** Keeps bytes that arrive in pieces in a few blocks, without copying all of them into one. */

/** Limits the unused memory after the last byte of a long file. */
const MAX_BLOCK_BYTES = 65_536;
/** A file of a few hundred bytes takes one or two blocks, however small its pieces are. */
const MIN_BLOCK_BYTES = 256;

export class KeptBytes {
  readonly #full: Buffer[] = [];
  #block = Buffer.alloc(0);
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /**
   * Copies the bytes. The size of blocks grows with what is kept: the last one is at most half empty, and small pieces do not add
   * blocks.
   */
  append(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#used === this.#block.length) this.#startBlock(bytes.length - at);
      const copied = bytes.copy(this.#block, this.#used, at);
      this.#used += copied;
      this.#length += copied;
      at += copied;
    }
  }

  /** All bytes, in order. */
  blocks(): readonly Buffer[] {
    const last = this.#block.subarray(0, this.#used);
    return last.length > 0 ? [...this.#full, last] : this.#full;
  }

  /**
   * All bytes, for code that keeps them for long, in exactly as much memory: blocks are copied if they are not full, or lie in
   * memory that Node shares among short buffers.
   */
  exactBlocks(): readonly Buffer[] {
    return this.blocks().map((block) =>
      block.length === block.buffer.byteLength ? block : copyExactly(block),
    );
  }

  #startBlock(needed: number): void {
    if (this.#used > 0) this.#full.push(this.#block);
    const bytes = Math.max(needed, Math.min(this.#length, MAX_BLOCK_BYTES), MIN_BLOCK_BYTES);
    this.#block = Buffer.allocUnsafe(bytes);
    this.#used = 0;
  }
}

function copyExactly(block: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(block.length);
  block.copy(copy);
  return copy;
}
