/** One request to a token endpoint, OAuth or legacy, and the strict parsing of the token in its response. */
import type { Pool } from 'undici';
import { RedoxError, ruleOfStatus } from '../redox-error.ts';
import { exchange } from '../transport/exchange.ts';
import type { QuotaWindow } from '../transport/quota-window.ts';
import { readPauses } from '../transport/retry-after.ts';
import { asText, member, parseJson } from '../wire/loose-json.ts';
import type { ServerClock } from './server-clock.ts';

/** An access token and its lifetime, which counts from the time of the request. */
export interface Grant {
  readonly value: string;
  readonly lifeMs: number;
}

/** Requests one new token. */
export type Issuer = (signal: AbortSignal) => Promise<Grant>;

export interface TokenEndpoint {
  readonly pool: Pool;
  readonly clock: ServerClock;
  /** Token requests count towards the quota too. */
  readonly quota: QuotaWindow;
}

/** The assertion was refused, probably because this machine's clock is wrong. The clock has been corrected. */
export class ClockSkewError extends RedoxError {}

/** Token responses have about 1 kB; a longer response is not one. */
const MAX_RESPONSE_BYTES = 65_536;

/** Visible ASCII is safe in a header. The length leaves room within the 16 kB that servers accept for all headers. */
export const ACCESS_TOKEN = /^[\x21-\x7e]{1,8192}$/;

/**
 * With a shorter lifetime, every query would begin with a token request. A token that really expires sooner is renewed after a
 * 401.
 */
const MIN_LIFE_MS = 10_000;

/** The longest lifetime that Redox documents for any token (legacy keys). */
export const MAX_LIFE_MS = 24 * 3_600_000;

/** The parsed JSON of a 200. Rejects with a RedoxError, which never suggests a smaller query. */
export async function requestToken(
  { pool, clock, quota }: TokenEndpoint,
  call: { readonly path: string; readonly contentType: string; readonly body: string },
  signal: AbortSignal,
): Promise<unknown> {
  const headers = { 'content-type': call.contentType, accept: 'application/json' };
  const chunks: Buffer[] = [];
  quota.noteRequest();
  const take = (chunk: Buffer) => void chunks.push(chunk);
  const request = { path: call.path, headers, body: call.body, maxBytes: MAX_RESPONSE_BYTES, take };
  const response = await exchange(pool, request, signal).catch((error: unknown) => {
    // A malformed or endless response does not come from the token service.
    const isUnusable = error instanceof RedoxError && error.code === 'UPSTREAM_PROTOCOL';
    throw isUnusable ? unusable(error.details.redox?.status ?? null) : error;
  });
  const { status, date, traceId } = response;
  if (status === 200) return parseJson(Buffer.concat(chunks));
  const { code } = ruleOfStatus(status);
  if (code === 'UPSTREAM_PROTOCOL') throw unusable(status);
  const pauses = readPauses(response, quota, clock.now());
  const isRefusal = status === 400 || status === 401;
  const ErrorClass = isRefusal && clock.correct(date) ? ClockSkewError : RedoxError;
  throw new ErrorClass(code, { status, traceId, ...pauses });
}

/**
 * Reads a token from a token response. A lifetime that is negative, zero or not a number makes the whole response unusable; an
 * excessive one is shortened. @throws RedoxError UPSTREAM_UNAVAILABLE
 */
export function readGrant(response: unknown, tokenMember: string, lifeMs: number): Grant {
  const value = asText(member(response, tokenMember)) ?? '';
  if (!ACCESS_TOKEN.test(value) || !(lifeMs > 0)) throw unusable(200);
  return { value, lifeMs: Math.min(Math.max(lifeMs, MIN_LIFE_MS), MAX_LIFE_MS) };
}

function unusable(status: number | null): RedoxError {
  return new RedoxError('UPSTREAM_UNAVAILABLE', { status });
}
