/**
 * The access token that all queries share: it is requested when it is first needed, and renewed early, by one request at a time.
 */

import type { Pool } from 'undici';
import { type Clock, sleep } from '../../clock.ts';
import { RedoxError } from '../redox-error.ts';
import type { RedoxSettings } from '../settings.ts';
import { waitShared, withDeadline } from '../transport/deadline.ts';
import { openPool } from '../transport/pool.ts';
import type { QuotaWindow } from '../transport/quota-window.ts';
import { createLegacyIssuer } from './legacy.ts';
import { createOAuthIssuer } from './oauth.ts';
import { ServerClock } from './server-clock.ts';
import type { Issuer } from './token-request.ts';
import { NO_SHARED_STORE, type Token, type TokenStore } from './token-store.ts';

/** A token request is small; one that takes this long will not be answered. */
const MAX_REQUEST_MS = 10_000;

/**
 * The fraction of its lifetime after which a token is renewed in the background. The jitter keeps replicas from renewing at the
 * same time.
 */
const RENEWAL_POINT = 0.8;
const RENEWAL_JITTER = 0.1;

/** How long to wait for another replica's renewal, and how often to check for its token. */
const OTHERS_RENEWAL_MS = 3000;
const LOOK_MS = 50;

/**
 * The pause after a failed background renewal: the old token still works, and a failing service must not receive a request for
 * every query.
 */
const RENEWAL_PAUSE_MS = 1000;

type TokenSettings = Pick<RedoxSettings, 'apiUrl' | 'tokenUrl' | 'credentials' | 'timeoutMs'>;

export interface TokenParts {
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  readonly store?: TokenStore | undefined;
  /** Called after each attempt to obtain a token that failed. Every query and health check that needs a token makes one. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

export class TokenSource {
  readonly #clock: Clock;
  readonly #pool: Pool;
  readonly #issue: Issuer;
  readonly #random: () => number;
  readonly #store: TokenStore;
  /** The token that Redox refused last; it is not read from the store again. */
  #refused: string | null = null;
  readonly #requestMs: number;
  readonly #closing = new AbortController();
  #current: Token | null = null;
  #renewal: Promise<Token> | null = null;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  readonly #onFailure: (error: unknown) => void;

  /** `random`: returns numbers from 0 to 1. */
  constructor(
    settings: TokenSettings,
    { clock, random = Math.random, store = NO_SHARED_STORE, onFailure = () => undefined }: TokenParts,
    quota: QuotaWindow,
  ) {
    const { apiUrl, tokenUrl, credentials, timeoutMs } = settings;
    this.#clock = clock;
    this.#random = random;
    this.#store = store;
    this.#onFailure = onFailure;
    this.#requestMs = Math.min(timeoutMs, MAX_REQUEST_MS);
    // Token requests have a connection of their own, so that a renewal never waits behind slow queries.
    const { origin } = new URL(credentials.kind === 'oauth' ? tokenUrl : apiUrl);
    this.#pool = openPool(origin, 1, timeoutMs);
    const endpoint = { pool: this.#pool, clock: new ServerClock(clock), quota };
    this.#issue =
      credentials.kind === 'oauth'
        ? createOAuthIssuer(credentials, tokenUrl, endpoint)
        : createLegacyIssuer(credentials, apiUrl, endpoint);
  }

  /** Null while there is no token. */
  get ageSeconds(): number | null {
    return this.#current && (this.#clock.wallTime() - this.#current.gotAtMs) / 1000;
  }

  /** A token that should be valid. The signal ends only this wait, not the renewal, which other queries may share. */
  async take(signal: AbortSignal): Promise<Token> {
    const now = this.#clock.wallTime();
    const token = this.#current;
    if (token === null || now >= token.expiresAtMs) return waitShared(this.#renew(), signal);
    if (now >= token.renewAtMs && this.#clock.now() >= this.#pausedUntil) void this.#renew();
    return token;
  }

  /** Another token than the one that Redox has just refused: a newer one if there is one already, else a new one. */
  async replace(refused: Token, signal: AbortSignal): Promise<Token> {
    this.#refused = refused.value;
    if (this.#current?.value === refused.value) this.#current = null;
    return this.take(signal);
  }

  async close(): Promise<void> {
    this.#closing.abort(new RedoxError('UPSTREAM_UNAVAILABLE'));
    await this.#pool.destroy();
  }

  #renew(): Promise<Token> {
    if (this.#renewal === null) {
      this.#renewal = this.#fetch().finally(() => {
        this.#renewal = null;
      });
      // If it runs in the background, or every waiting operation has ended, no other code handles the failure.
      this.#renewal.catch((error: unknown) => {
        this.#pausedUntil = this.#clock.now() + RENEWAL_PAUSE_MS;
        this.#report(error);
      });
    }
    return this.#renewal;
  }

  #report(error: unknown): void {
    if (!this.#closing.signal.aborted) this.#onFailure(error);
  }

  /** Uses the token that another replica has renewed, or renews it for all replicas. */
  async #fetch(): Promise<Token> {
    const shared = await this.#readShared();
    if (shared) return shared;
    const unlock = await this.#store.lock();
    if (unlock === null) return (await this.#awaitOthers()) ?? this.#fetchOwn();
    try {
      // Another replica may have renewed it between the read and the lock.
      const renewed = await this.#readShared();
      if (renewed) return renewed;
      const token = await this.#fetchOwn();
      await this.#store.write(token);
      return token;
    } finally {
      await unlock();
    }
  }

  /** A token of another replica that need not be renewed yet. */
  async #readShared(): Promise<Token | null> {
    const token = await this.#store.read();
    const isGood =
      token !== null && token.value !== this.#refused && this.#clock.wallTime() < token.renewAtMs;
    if (isGood) this.#current = token;
    return isGood ? token : null;
  }

  async #awaitOthers(): Promise<Token | null> {
    for (const until = this.#clock.now() + OTHERS_RENEWAL_MS; this.#clock.now() < until; ) {
      await sleep(this.#clock, LOOK_MS);
      const token = await this.#readShared();
      if (token) return token;
    }
    return null;
  }

  async #fetchOwn(): Promise<Token> {
    // Its lifetime counts from before the request, as the token may have been created at any time after that.
    const askedAtMs = this.#clock.wallTime();
    const { value, lifeMs } = await withDeadline(
      this.#clock,
      this.#closing.signal,
      this.#requestMs,
      tokenIsLate,
      this.#issue,
    );
    const token = {
      value,
      gotAtMs: askedAtMs,
      renewAtMs: askedAtMs + lifeMs * (RENEWAL_POINT + (this.#random() - 0.5) * RENEWAL_JITTER),
      expiresAtMs: askedAtMs + lifeMs,
    };
    this.#current = token;
    return token;
  }
}

/** The error of a query that has waited too long for a token. A smaller query would have waited just as long. */
export function tokenIsLate(): RedoxError {
  return new RedoxError('UPSTREAM_TIMEOUT', { failedParty: 'host' });
}
