/** The public keys of the callers' issuer: fetched when needed, and used for a day while the issuer's endpoint is away. */
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { type Clock, sleep } from '../clock.ts';
import type { KeySource } from '../config/config.ts';
import { GatewayError } from '../errors.ts';

export type ReportKeysUnavailable = (event: { readonly error: unknown }) => void;

/** While the endpoint responds, a key that the issuer removes is accepted for this long at most. */
const FRESH_MS = 10 * 60_000;

/** The endpoint is asked once in this time, however many tokens of unknown keys there are, and while it is away. */
const COOLDOWN_MS = 30_000;

/** Time to notice and repair an issuer. A key that leaked meanwhile is accepted until the endpoint is back, or this is over. */
const USABLE_MS = 24 * 3_600_000;

/** While the endpoint is away, a caller of a known key waits no longer for it: it responds within this, or is still away. */
const PATIENCE_MS = 500;

/** Errors that the token's header causes. Any other error that keeps a key from being found is not the caller's fault. */
const HEADER_ERRORS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/** Its errors are those of the token's header, or OVERLOADED. */
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
  /** Resolves when the keys are there; rejects with OVERLOADED. */
  readonly done: Promise<void>;
  /** Resolves when it is done, in either way, or takes longer than callers of known keys wait. */
  readonly awaited: Promise<unknown>;
}

class RemoteKeys {
  readonly #clock: Clock;
  readonly #report: ReportKeysUnavailable;
  /** It fetches when it is told to. Its own times are those of the machine's clock, so none of them is used. */
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
    // The issuer may have a new key.
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
    // What it fails with is of no matter here, as older keys are at hand.
    await (isAway ? awaited : done.catch(() => undefined));
  }

  #isCoolingDown(): boolean {
    const last = Math.max(this.#fetchedAt, this.#failure?.at ?? this.#fetchedAt);
    return this.#clock.now() - last < COOLDOWN_MS;
  }

  /** All who need one share a fetch. */
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
