/** The message by which Redox verifies a new destination: it wants its challenge back (reference §8.2). */
import { asKey, member } from '../redox/wire/loose-json.ts';

export interface Verification {
  readonly kind: 'VERIFICATION';
  /** Null: it states none. Empty, and so never right: what it states is no text. */
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
  const stated = member(message, 'verification-token') ?? null;
  return { kind: 'VERIFICATION', token: stated === null ? null : (asKey(stated) ?? ''), challenge };
}
