/** The access tokens that have been issued: they expire, are refreshed once (legacy), and can be revoked together. */
import { randomBytes } from 'node:crypto';

export interface IssuedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** More logins than any client keeps; older refresh tokens are forgotten. */
const MAX_REFRESH_TOKENS = 10_000;

export class AccessTokens {
  readonly #lifetimeMs: number;
  readonly #clock: () => number;
  readonly #expiries = new Map<string, number>();
  readonly #refreshTokens = new Set<string>();

  constructor(lifetimeMs: number, clock: () => number) {
    this.#lifetimeMs = lifetimeMs;
    this.#clock = clock;
  }

  issue(): IssuedToken {
    const now = this.#clock();
    // All lifetimes are equal, so insertion order is expiry order, and the scan stops at the first valid token.
    for (const [token, expiresAtMs] of this.#expiries) {
      if (expiresAtMs > now) break;
      this.#expiries.delete(token);
    }
    const token = randomBytes(24).toString('base64url');
    const expiresAtMs = now + this.#lifetimeMs;
    this.#expiries.set(token, expiresAtMs);
    return { token, expiresAtMs };
  }

  isValid(token: string): boolean {
    const expiresAtMs = this.#expiries.get(token);
    return expiresAtMs !== undefined && expiresAtMs > this.#clock();
  }

  issueRefreshToken(): string {
    const [oldest] = this.#refreshTokens;
    if (oldest !== undefined && this.#refreshTokens.size >= MAX_REFRESH_TOKENS)
      this.#refreshTokens.delete(oldest);
    const token = randomBytes(24).toString('base64url');
    this.#refreshTokens.add(token);
    return token;
  }

  /** True once for every refresh token that was issued and not revoked. */
  useRefreshToken(token: string): boolean {
    return this.#refreshTokens.delete(token);
  }

  revokeAll(): void {
    this.#expiries.clear();
    this.#refreshTokens.clear();
  }
}

/** The token of an `Authorization: Bearer …` header, or undefined. */
export function readBearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}
