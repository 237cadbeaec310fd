/** The message by which Redox verifies a new destination: it expects its challenge in the response (reference §8.2). */
import { asKey, member } from '../redox/wire/loose-json.ts';

export interface Verification {
  readonly kind: 'VERIFICATION';
  /** Null: it states none. Empty, and so never valid: its value is not text. */
  readonly token: string | null;
  readonly challenge: string;
}

/** Redox sends a UUID. A longer challenge is not sent back. */
const MAX_CHALLENGE_LENGTH = 1024;

/** Null for any other message, in particular an event. A parsed query string has the same properties. */
export function readVerification(message: unknown): Verification | null {
  const isEvent = ['Meta', 'Media'].some((name) => member(message, name) !== undefined);
  if (isEvent) return null;
  const challenge = asKey(member(message, 'challenge'));
  if (challenge === null || challenge.length > MAX_CHALLENGE_LENGTH) return null;
  const stated = member(message, 'verification-token') ?? null;
  return { kind: 'VERIFICATION', token: stated === null ? null : (asKey(stated) ?? ''), challenge };
}
