/**
 * Remembers the callers of verified tokens: verifying a token takes longer than everything else in a small operation, so a token
 * is verified only once by the same key.
 */
import { hash } from 'node:crypto';
import type { CompactJWSHeaderParameters } from 'jose';
import type { Caller } from '../../media/model/rights.ts';

/**
 * The bytes of the headers that hold the tokens: two thousand of a kilobyte. The caller made of a token takes up to ten times as
 * much, if the token names hundreds of patients.
 */
const MAX_BYTES = 2 * 1024 * 1024;

export interface VerifiedToken {
  readonly caller: Caller;
  readonly header: CompactJWSHeaderParameters & { readonly alg: string };
  /** The key that verified the token. It is valid for this token as long as the issuer's key set contains this very object. */
  readonly key: unknown;
  /** In seconds since 1970. */
  readonly times: { readonly exp: number | undefined; readonly nbf: number | undefined };
}

interface Entry {
  readonly bytes: number;
  readonly token: VerifiedToken;
}

export class VerifiedTokens {
  readonly #maxBytes: number;
  /** By a digest, so that no token is kept; the one that was used last is last. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** `authorization`: the header as it was sent; another spelling counts as another token. */
  find(authorization: string): VerifiedToken | undefined {
    const digest = digestOf(authorization);
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    this.#entries.delete(digest);
    this.#entries.set(digest, entry);
    return entry.token;
  }

  /** Removes the least recently used tokens when there are more than can be kept. */
  add(authorization: string, token: VerifiedToken): void {
    const digest = digestOf(authorization);
    this.#forget(digest);
    this.#entries.set(digest, { bytes: authorization.length, token });
    this.#bytes += authorization.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(digest: string): void {
    this.#bytes -= this.#entries.get(digest)?.bytes ?? 0;
    this.#entries.delete(digest);
  }
}

/** The same check of `exp` and `nbf` (RFC 7519 §4.1.4 and §4.1.5) that jose makes. */
export function isWithinTimes(
  { exp = 0, nbf = 0 }: VerifiedToken['times'],
  wallTimeMs: number,
  toleranceSeconds: number,
): boolean {
  const now = Math.floor(wallTimeMs / 1000);
  return exp > now - toleranceSeconds && nbf <= now + toleranceSeconds;
}

function digestOf(authorization: string): string {
  return hash('sha256', authorization, 'base64url');
}
