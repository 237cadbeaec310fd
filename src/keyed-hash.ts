/** Hashes that only holders of the secret can make: equal for equal texts, and telling nothing to anyone else. */
import { createHmac, hkdfSync } from 'node:crypto';

/** Some megabytes of texts. Those of a busy gateway repeat: an HMAC takes as long as matching a document. */
const MAX_REMEMBERED = 10_000;

/** HMAC-SHA-256, its first half in hex. By the first secret: after a rotation the same text has another hash. */
export function createKeyedHash([secret = '']: readonly string[], purpose: string): (text: string) => string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `redox-media-gateway/${purpose}`, 32));
  const remembered = new Map<string, string>();
  return (text) => {
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const hash = createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
    // All at once: what is asked again soon is soon remembered again.
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(text, hash);
    return hash;
  };
}
