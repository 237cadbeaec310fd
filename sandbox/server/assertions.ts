/** Decides whether a client assertion (RFC 7523, as SMART Backend Services narrows it) may be exchanged for a token. */
import type { KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify } from 'jose';

export interface AssertionPolicy {
  readonly publicKey: KeyObject;
  readonly clientId: string;
  readonly keyId: string;
  /** The token URL, which `aud` must contain. */
  readonly audience: () => string;
  readonly clock: () => number;
}

/** SMART Backend Services: an assertion lives five minutes at most. */
const MAX_LIFETIME_SECONDS = 300;
/** The maximum difference of the client's clock. */
const SKEW_SECONDS = 5;

export class AssertionVerifier {
  readonly #policy: AssertionPolicy;
  /** The ids of used assertions, with the second after which they could not be replayed anyway. */
  readonly #usedIds = new Map<string, number>();

  constructor(policy: AssertionPolicy) {
    this.#policy = policy;
  }

  /** What is wrong with the assertion, or undefined when it is valid; it is valid only once. */
  async findFault(assertion: string): Promise<string | undefined> {
    try {
      if (decodeProtectedHeader(assertion).kid !== this.#policy.keyId) return 'unknown "kid"';
      const nowSeconds = this.#policy.clock() / 1000;
      const { jti, exp = 0 } = await this.#verify(assertion, nowSeconds);
      if (exp > nowSeconds + MAX_LIFETIME_SECONDS + SKEW_SECONDS) return '"exp" is more than 5 minutes ahead';
      if (typeof jti !== 'string' || jti === '') return '"jti" must be a string';
      return this.#consume(jti, exp, nowSeconds) ? undefined : '"jti" has been used before';
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return error.message;
      throw error;
    }
  }

  async #verify(assertion: string, nowSeconds: number) {
    const { publicKey, clientId, audience } = this.#policy;
    const { payload } = await jwtVerify(assertion, publicKey, {
      algorithms: ['RS384'],
      issuer: clientId,
      subject: clientId,
      audience: audience(),
      requiredClaims: ['exp', 'jti'],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(nowSeconds * 1000),
    });
    return payload;
  }

  #consume(jti: string, exp: number, nowSeconds: number): boolean {
    for (const [id, lastSecond] of this.#usedIds) {
      if (lastSecond < nowSeconds) this.#usedIds.delete(id);
    }
    if (this.#usedIds.has(jti)) return false;
    this.#usedIds.set(jti, exp + SKEW_SECONDS);
    return true;
  }
}
