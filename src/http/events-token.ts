/** Checks whether a request comes from Redox, by the verification token of the destination that pushes events. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Compares a token with every configured one, in a time that depends on none of them. */
export type CheckToken = (token: string) => boolean;

export function createTokenCheck(tokens: readonly string[]): CheckToken {
  const right = tokens.map(digestOf);
  return (token) => {
    const given = digestOf(token);
    let isRight = false;
    for (const one of right) isRight = timingSafeEqual(one, given) || isRight;
    return isRight;
  };
}

/** Digests have equal lengths, as `timingSafeEqual` requires. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The token in the headers; null where there is none. */
export function statedToken(headers: FastifyRequest['headers']): string | null {
  const own = headers['verification-token'];
  if (own !== undefined) return String(own);
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}
