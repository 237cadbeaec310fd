/**
 * Sealed texts: opaque, unforgeable, and equal for equal payloads and secrets. AES-256-GCM-SIV (RFC 8452) stays safe with a
 * constant nonce; it then reveals only whether two payloads are equal, which an id must reveal.
 */
import { hkdfSync } from 'node:crypto';
import { gcmsiv } from '@noble/ciphers/aes.js';

/** Each purpose has a key of its own, so that an id can never be opened as a content link. */
export type SealPurpose = 'id' | 'cursor' | 'content' | 'token' | 'upload' | 'write' | 'change' | 'event';

const NONCE = new Uint8Array(12);

/**
 * As long as a request may be: file names and identifiers of destinations have no length limit, and every sealed text must open.
 */
const MAX_SEALED_LENGTH = 256 * 1024;

export class Seal {
  readonly #keys: readonly Uint8Array[];

  /** `secrets`: at least one. The first one seals, and all of them open (rotation). */
  constructor(secrets: readonly string[], purpose: SealPurpose) {
    this.#keys = secrets.map((secret) => {
      return new Uint8Array(hkdfSync('sha256', secret, '', `redox-media-gateway/${purpose}/v1`, 32));
    });
  }

  /** Seals a JSON value. */
  close(payload: unknown): string {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('a seal needs a secret');
    const sealed = gcmsiv(key, NONCE).encrypt(Buffer.from(JSON.stringify(payload)));
    return Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength).toString('base64url');
  }

  /** The value that was sealed; undefined for a text that was not sealed with these secrets for this purpose. */
  open(text: string): unknown {
    if (text.length > MAX_SEALED_LENGTH) return undefined;
    const sealed = Buffer.from(text, 'base64url');
    // Decoding skips characters outside the alphabet, so only the one correct spelling of a text opens.
    if (sealed.toString('base64url') !== text) return undefined;
    for (const key of this.#keys) {
      try {
        return JSON.parse(Buffer.from(gcmsiv(key, NONCE).decrypt(sealed)).toString());
      } catch {
        // It was not sealed with this key; the next key, from before a rotation, may open it.
      }
    }
    return undefined;
  }
}
