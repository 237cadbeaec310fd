/** The one access token that all queries share: got when first needed, renewed early, by one call at a time. */
import type { Pool } from 'undici';
import { waitShared, withDeadline } from './deadline.ts';
import { RedoxFault } from './fault.ts';
import { createLegacyIssuer } from './legacy.ts';
import { createOAuthIssuer } from './oauth.ts';
import { openPool } from './pool.ts';
import type { Clock, RedoxSettings } from './settings.ts';
import type { Issuer } from './token-request.ts';

export interface Token {
  readonly value: string;
  readonly gotAtMs: number;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/** A token call is small; one that takes this long will not come. */
const LONGEST_REQUEST_MS = 10_000;

/** From this part of its life on a token is renewed in the background. */
const RENEWAL_POINT = 0.8;

/** Between failed background renewals: the old token still works, and a troubled service wants no call per query. */
const RENEWAL_PAUSE_MS = 1000;

type TokenSettings = Pick<RedoxSettings, 'apiUrl' | 'tokenUrl' | 'credentials' | 'timeoutMs'>;

export class TokenSource {
  readonly #clock: Clock;
  readonly #pool: Pool;
  readonly #issue: Issuer;
  readonly #requestMs: number;
  readonly #closing = new AbortController();
  #current: Token | null = null;
  #renewal: Promise<Token> | null = null;
  #pausedUntilMs = 0;

  constructor({ apiUrl, tokenUrl, credentials, timeoutMs }: TokenSettings, clock: Clock) {
    this.#clock = clock;
    this.#requestMs = Math.min(timeoutMs, LONGEST_REQUEST_MS);
    // A connection of its own: a renewal must not queue behind slow queries.
    const { origin } = new URL(credentials.kind === 'oauth' ? tokenUrl : apiUrl);
    this.#pool = openPool(origin, 1, timeoutMs);
    const endpoint = { pool: this.#pool, clock };
    this.#issue =
      credentials.kind === 'oauth'
        ? createOAuthIssuer(credentials, tokenUrl, endpoint)
        : createLegacyIssuer(credentials, apiUrl, endpoint);
  }

  /** Null while there is none. */
  get ageSeconds(): number | null {
    return this.#current && (this.#clock() - this.#current.gotAtMs) / 1000;
  }

  /** A token that is believed good. The signal ends this wait, not the renewal, which others may share. */
  async take(signal: AbortSignal): Promise<Token> {
    const now = this.#clock();
    const token = this.#current;
    if (token === null || now >= token.expiresAtMs) return waitShared(this.#renew(), signal);
    if (now >= token.renewAtMs && now >= this.#pausedUntilMs) void this.#renew();
    return token;
  }

  /** Another token than the one that Redox has just refused: a newer one if there is one by now, else a new one. */
  async replace(refused: Token, signal: AbortSignal): Promise<Token> {
    if (this.#current === refused) this.#current = null;
    return this.take(signal);
  }

  async close(): Promise<void> {
    this.#closing.abort(new RedoxFault('UPSTREAM_UNAVAILABLE'));
    await this.#pool.destroy();
  }

  #renew(): Promise<Token> {
    if (this.#renewal === null) {
      this.#renewal = this.#fetch().finally(() => {
        this.#renewal = null;
      });
      // In the background, or when every waiter has left, nobody else hears of a failure.
      this.#renewal.catch(() => {
        this.#pausedUntilMs = this.#clock() + RENEWAL_PAUSE_MS;
      });
    }
    return this.#renewal;
  }

  async #fetch(): Promise<Token> {
    // Life counts from before the request: the token may have been made at any moment since.
    const askedAtMs = this.#clock();
    const { value, lifeMs } = await withDeadline(
      this.#closing.signal,
      this.#requestMs,
      tokenIsLate,
      this.#issue,
    );
    const token = {
      value,
      gotAtMs: askedAtMs,
      renewAtMs: askedAtMs + lifeMs * RENEWAL_POINT,
      expiresAtMs: askedAtMs + lifeMs,
    };
    this.#current = token;
    return token;
  }
}

/** The fault of waiting too long for a token. A smaller query would have waited as long. */
export function tokenIsLate(): RedoxFault {
  return new RedoxFault('UPSTREAM_TIMEOUT', { retryable: true, blame: 'host' });
}
