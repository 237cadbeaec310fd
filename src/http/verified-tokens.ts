/** Callers by tokens that were verified: the same token is verified once by the same key, which takes longer than all else of a small operation. */
import { hash } from 'node:crypto';
import type { CompactJWSHeaderParameters } from 'jose';
import type { Caller } from '../media/model/rights.ts';

/**
 * Of headers that hold tokens: two thousand of a kilobyte. What is made of them is up to ten times as long, where a token names
 * hundreds of patients.
 */
const MAX_BYTES = 2 * 1024 * 1024;

export interface VerifiedToken {
  readonly caller: Caller;
  readonly header: CompactJWSHeaderParameters & { readonly alg: string };
  /** The key that verified it. It holds for this token as long as the issuer's set has this very object. */
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
  /** By a digest, so that no token is kept; the one that was used last is the last one. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** `authorization`: the header as it came, so that another spelling is another token. */
  find(authorization: string): VerifiedToken | undefined {
    const digest = digestOf(authorization);
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    this.#entries.delete(digest);
    this.#entries.set(digest, entry);
    return entry.token;
  }

  /** Forgets those that were not used for longest, where it is more than can be kept. */
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

/** As jose checks `exp` and `nbf` (RFC 7519 §4.1.4 and §4.1.5). */
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
