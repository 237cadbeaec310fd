/** Summarises a file in one pass over its bytes: its SHA-256, its first bytes, and whether it is UTF-8. */
import { isUtf8 } from 'node:buffer';
import { createHash, type Hash, hash } from 'node:crypto';
import { Utf8Check } from '../../files/utf8-check.ts';
import type { DecodedFile } from '../messages.ts';

/** The number of bytes by which the package file-type recognises nearly all types. */
const HEAD_BYTES = 4100;

/**
 * Files up to this size are summarised at once: creating objects that take bytes piece by piece would take longer than their
 * work.
 */
const SMALL_FILE_BYTES = 4096;

export class FileSummary {
  /** All bytes so far; null: there are too many. */
  #small: Buffer | null = Buffer.alloc(0);
  #large: LargeFile | null = null;

  /** The caller may overwrite `bytes` afterwards. */
  update(bytes: Buffer): void {
    if (this.#small !== null && this.#small.length + bytes.length <= SMALL_FILE_BYTES) {
      this.#small = this.#small.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#small, bytes]);
    } else {
      this.#startLarge().update(bytes);
    }
  }

  /** The SHA-256 of all bytes so far, in base64url. */
  sha256SoFar(): string {
    return this.#startLarge().sha256.copy().digest('base64url');
  }

  /** To be called once, at the end. */
  digest(): Pick<DecodedFile, 'sha256' | 'head' | 'isUtf8'> {
    if (this.#small === null) return this.#startLarge().digest();
    const head = this.#small.subarray(0, HEAD_BYTES);
    return { sha256: hash('sha256', this.#small), head, isUtf8: isUtf8(this.#small) };
  }

  #startLarge(): LargeFile {
    if (this.#large === null) {
      this.#large = new LargeFile();
      if (this.#small !== null) this.#large.update(this.#small);
      this.#small = null;
    }
    return this.#large;
  }
}

class LargeFile {
  readonly sha256: Hash = createHash('sha256');
  readonly #utf8 = new Utf8Check();
  #head: Buffer = Buffer.alloc(0);

  update(bytes: Buffer): void {
    this.sha256.update(bytes);
    this.#utf8.update(bytes);
    if (this.#head.length < HEAD_BYTES) {
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, HEAD_BYTES - this.#head.length)]);
    }
  }

  digest(): Pick<DecodedFile, 'sha256' | 'head' | 'isUtf8'> {
    return { sha256: this.sha256.digest('hex'), head: this.#head, isUtf8: this.#utf8.isUtf8() };
  }
}
