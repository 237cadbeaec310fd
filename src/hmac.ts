/** HMACs of texts: equal texts have equal HMACs, which reveal nothing to a reader without the secret. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Texts repeat on a busy gateway, and computing an HMAC takes as long as matching a document. */
const MAX_REMEMBERED = 10_000;

/**
 * Identifiers are shorter. Longer texts, such as a write with its file, are not remembered, so that all remembered texts take at
 * most 5 MB.
 */
const MAX_REMEMBERED_CHARS = 256;

/**
 * The first half of an HMAC-SHA-256, in hex. It is made with the first secret, so after a rotation the same text has another
 * HMAC.
 */
export function createTextHmac([secret = '']: readonly string[], purpose: string): (text: string) => string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `redox-media-gateway/${purpose}`, 32));
  const remembered = new Map<string, string>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const hmac = createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
    if (text.length > MAX_REMEMBERED_CHARS) return hmac;
    // All entries are dropped at once: a text that is needed again is soon remembered again.
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(text, hmac);
    return hmac;
  };
}

/** Signatures of texts that several processes read: they are made with the first secret, and valid when made with any of them. */
export interface TextSigner {
  sign(text: string): string;
  isSigned(text: string, signature: string): boolean;
}

export function createTextSigner(secrets: readonly string[], purpose: string): TextSigner {
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync('sha256', secret, '', `redox-media-gateway/${purpose}`, 32)),
  );
  const signWith = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  return {
    sign(text) {
      const [key] = keys;
      if (key === undefined) throw new Error('a signer needs a secret');
      return signWith(key, text).toString('base64url');
    },
    isSigned(text, signature) {
      const given = Buffer.from(signature, 'base64url');
      return keys.some((key) => {
        const right = signWith(key, text);
        return given.length === right.length && timingSafeEqual(given, right);
      });
    },
  };
}
