/**
 * The public keys of the issuer of callers' tokens: fetched when needed, and used for up to a day while the issuer's endpoint is
 * unavailable.
 */
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { type Clock, sleep } from '../../clock.ts';
import type { KeySource } from '../../config/config.ts';
import { GatewayError } from '../../errors.ts';

export type ReportKeysUnavailable = (event: { readonly error: unknown }) => void;

/** While the endpoint responds, a key that the issuer removes is accepted for at most this long. */
const FRESH_MS = 10 * 60_000;

/** At most one fetch in this time, however many tokens with unknown keys arrive, and while the endpoint is unavailable. */
const COOLDOWN_MS = 30_000;

/**
 * This is the time to notice and repair a failing issuer. A key that leaks meanwhile is accepted until the endpoint responds
 * again, or this time is over.
 */
const USABLE_MS = 24 * 3_600_000;

/** While the endpoint is unavailable, a caller with a known key waits no longer than this for it. */
const PATIENCE_MS = 500;

/** Errors that the token's header causes. Any other error while a key is looked up is not the caller's fault. */
const HEADER_ERRORS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/** It rejects with an error of the token's header, or with OVERLOADED. */
export function createKeyFinder(
  keys: KeySource,
  report: ReportKeysUnavailable,
  clock: Clock,
): JWTVerifyGetKey {
  if (keys.kind === 'url') {
    const remote = new RemoteKeys(new URL(keys.url), report, clock);
    return (...token) => remote.find(...token);
  }
  const findKey = createLocalJWKSet(keys.jwks);
  return async (...token) => {
    try {
      return await findKey(...token);
    } catch (cause) {
      throw isOfHeader(cause) ? cause : unavailable(cause, report);
    }
  };
}

interface Fetch {
  /** Resolves when the keys have been fetched; rejects with OVERLOADED. */
  readonly done: Promise<void>;
  /** Resolves when the fetch has ended, successfully or not, or has taken longer than callers with known keys wait. */
  readonly awaited: Promise<unknown>;
}

class RemoteKeys {
  readonly #clock: Clock;
  readonly #report: ReportKeysUnavailable;
  /** It fetches only when `reload` is called. Its own cache times use the machine's clock, so they are not used. */
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  #fetch: Fetch | null = null;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  /** The last fetch, if it failed. */
  #failure: { readonly error: GatewayError; readonly at: number } | null = null;

  constructor(url: URL, report: ReportKeysUnavailable, clock: Clock) {
    const never = Number.POSITIVE_INFINITY;
    this.#keys = createRemoteJWKSet(url, { cacheMaxAge: never, cooldownDuration: never });
    this.#report = report;
    this.#clock = clock;
  }

  async find(...token: Parameters<JWTVerifyGetKey>): Promise<Awaited<ReturnType<JWTVerifyGetKey>>> {
    await this.#refresh();
    try {
      return await this.#keys(...token);
    } catch (cause) {
      if (!(cause instanceof errors.JWKSNoMatchingKey)) throw this.#explain(cause);
      if (this.#isCoolingDown()) throw this.#failure?.error ?? cause;
    }
    // The issuer may have added a key.
    await this.#startFetch().done;
    try {
      return await this.#keys(...token);
    } catch (cause) {
      throw this.#explain(cause);
    }
  }

  /** @throws OVERLOADED when there are no keys, or only keys that are too old. */
  async #refresh(): Promise<void> {
    const age = this.#clock.now() - this.#fetchedAt;
    if (age < FRESH_MS) return;
    if (age >= USABLE_MS) return this.#startFetch().done;
    if (this.#isCoolingDown()) return;
    const isAway = this.#failure !== null;
    const { done, awaited } = this.#startFetch();
    // The error does not matter here, as older keys are available.
    await (isAway ? awaited : done.catch(() => undefined));
  }

  #isCoolingDown(): boolean {
    const last = Math.max(this.#fetchedAt, this.#failure?.at ?? this.#fetchedAt);
    return this.#clock.now() - last < COOLDOWN_MS;
  }

  /** All callers that need a fetch share it. */
  #startFetch(): Fetch {
    if (this.#fetch !== null) return this.#fetch;
    const done = this.#load();
    const settled = done.catch(() => undefined);
    this.#fetch = { done, awaited: Promise.race([settled, sleep(this.#clock, PATIENCE_MS)]) };
    return this.#fetch;
  }

  async #load(): Promise<void> {
    try {
      await this.#keys.reload();
      this.#fetchedAt = this.#clock.now();
      this.#failure = null;
    } catch (cause) {
      const error = unavailable(cause, this.#report);
      this.#failure = { error, at: this.#clock.now() };
      throw error;
    } finally {
      this.#fetch = null;
    }
  }

  #explain(cause: unknown): unknown {
    return isOfHeader(cause) ? cause : unavailable(cause, this.#report);
  }
}

function isOfHeader(error: unknown): boolean {
  return HEADER_ERRORS.some((kind) => error instanceof kind);
}

function unavailable(cause: unknown, report: ReportKeysUnavailable): GatewayError {
  report({ error: cause });
  return new GatewayError('OVERLOADED', { cause });
}
