/** A patient in the audit trail: the same hash for the same patient, and nobody without the secret can find out whose. */
import { createHmac, hkdfSync } from 'node:crypto';

/** By the first secret: after a rotation the same patient has another hash. In hex, 128 bits. */
export function createPatientHash([secret = '']: readonly string[]): (text: string) => string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'redox-media-gateway/audit-patient/v1', 32));
  return (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 32);
}
