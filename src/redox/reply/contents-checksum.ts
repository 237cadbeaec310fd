/** Tells contents apart without keeping or decoding them, as fast as they can be read. */
import { type CipherGCM, createCipheriv } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Starting a cipher costs as much time as the CRC of 64 kB; most files of most replies are smaller. */
const BEGINNING_BYTES = 65_536;

/** Nothing is kept secret here, so key and nonce need no secrecy: they only must stay the same. */
const KEY = Buffer.from('contents sum key', 'latin1');
const NONCE = Buffer.alloc(12);

/**
 * A checksum of all bytes, however they are cut. CRC-32 for the first 64 kB; for what follows the authentication tag of AES-GCM
 * over data that is not encrypted (NIST SP 800-38D §3: GMAC), which processors do three to four times as fast as
 * a CRC and ten times as fast as SHA-256, and which equals that of other data once in 2^128, not in 2^32. It does
 * not withstand an attacker who makes two files alike on purpose.
 */
export class ContentsChecksum {
  #length = 0;
  #crc = 0;
  #mac: CipherGCM | null = null;

  /** How many bytes there have been. */
  get length(): number {
    return this.#length;
  }

  update(bytes: Buffer): void {
    const beginning = bytes.subarray(0, Math.max(0, BEGINNING_BYTES - this.#length));
    if (beginning.length > 0) this.#crc = crc32(beginning, this.#crc);
    if (beginning.length < bytes.length) {
      this.#mac ??= createCipheriv('aes-128-gcm', KEY, NONCE);
      this.#mac.setAAD(bytes.subarray(beginning.length));
    }
    this.#length += bytes.length;
  }

  /** Once, at the end. */
  digest(): string {
    const crc = String(this.#crc);
    if (this.#mac === null) return crc;
    this.#mac.final();
    return `${crc}.${this.#mac.getAuthTag().toString('base64url')}`;
  }
}
