/** HMACs of texts: equal for equal texts, and of no use to a reader without the secret. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Texts of a busy gateway repeat, and an HMAC takes as long as matching a document. */
const MAX_REMEMBERED = 10_000;

/** Identifiers are shorter. Longer texts, such as a write with its file, are not remembered, so that all are at most 5 MB. */
const MAX_REMEMBERED_CHARS = 256;

/** HMAC-SHA-256, its first half in hex. Made with the first secret: after a rotation the same text has another HMAC. */
export function createTextHmac([secret = '']: readonly string[], purpose: string): (text: string) => string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `redox-media-gateway/${purpose}`, 32));
  const remembered = new Map<string, string>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const hmac = createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
    if (text.length > MAX_REMEMBERED_CHARS) return hmac;
    // All are dropped at once: a text that is needed again is soon remembered again.
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(text, hmac);
    return hmac;
  };
}

/** Signatures of texts that several processes read: made with the first secret, and good when made with any. */
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
