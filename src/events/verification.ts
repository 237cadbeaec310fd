/** The message by which Redox verifies a new destination: it wants its challenge back (reference §8.2). */
import { asKey, member } from '../redox/wire/loose-json.ts';

export interface Verification {
  readonly kind: 'VERIFICATION';
  /** Null: it states none. */
  readonly token: string | null;
  readonly challenge: string;
}

/** Redox sends a UUID. What is longer is not sent back. */
const MAX_CHALLENGE_LENGTH = 1024;

/** Null for any other message, an event above all. A query string that was parsed has the same members. */
export function readVerification(message: unknown): Verification | null {
  const isEvent = ['Meta', 'Media'].some((name) => member(message, name) !== undefined);
  if (isEvent) return null;
  const challenge = asKey(member(message, 'challenge'));
  if (challenge === null || challenge.length > MAX_CHALLENGE_LENGTH) return null;
  return { kind: 'VERIFICATION', token: asKey(member(message, 'verification-token')), challenge };
}
