/** Hashes that only holders of the secret can make: equal for equal texts, and telling nothing to anyone else. */
import { createHmac, hkdfSync } from 'node:crypto';

/** HMAC-SHA-256, its first half in hex. By the first secret: after a rotation the same text has another hash. */
export function createKeyedHash([secret = '']: readonly string[], purpose: string): (text: string) => string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `redox-media-gateway/${purpose}`, 32));
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}
