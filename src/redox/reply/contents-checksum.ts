/** A checksum that distinguishes file contents without keeping or decoding them. */
import { type CipherGCM, createCipheriv } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Creating a cipher takes as long as the CRC of 64 kB, and most files are smaller. */
const BEGINNING_BYTES = 65_536;

/** The checksum protects no secret, so key and nonce are constants, which must never change. */
const KEY = Buffer.from('contents sum key', 'latin1');
const NONCE = Buffer.alloc(12);

/** The checksum of contents that are available as a whole. */
export function checksumOf(bytes: Buffer): string {
  if (bytes.length <= BEGINNING_BYTES) return String(crc32(bytes));
  const checksum = new ContentsChecksum();
  checksum.update(bytes);
  return checksum.digest();
}

/**
 * The checksum does not depend on how the bytes are cut into pieces. It is CRC-32 for the first 64 kB; for the rest it is the
 * authentication tag of AES-GCM over data that is not encrypted (NIST SP 800-38D §3: GMAC). Processors compute that three to
 * four times as fast as a CRC and ten times as fast as SHA-256, and two different files have the same tag once in 2^128 cases
 * rather than in 2^32. An attacker can construct two files with the same checksum.
 */
export class ContentsChecksum {
  #length = 0;
  #crc = 0;
  #mac: CipherGCM | null = null;

  /** The number of bytes read so far. */
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

  /** To be called once, at the end. */
  digest(): string {
    const crc = String(this.#crc);
    if (this.#mac === null) return crc;
    this.#mac.final();
    return `${crc}.${this.#mac.getAuthTag().toString('base64url')}`;
  }
}
