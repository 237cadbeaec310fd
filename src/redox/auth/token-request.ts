/** One call to a token endpoint, OAuth or legacy, and the careful reading of what it grants. */
import type { Pool } from 'undici';
import { RedoxError, ruleOfStatus } from '../redox-error.ts';
import { exchange } from '../transport/exchange.ts';
import type { QuotaWindow } from '../transport/quota-window.ts';
import { readPauses } from '../transport/retry-after.ts';
import { asText, member, parseJson } from '../wire/loose-json.ts';
import type { ServerClock } from './server-clock.ts';

/** An access token, and for how long from the moment it was asked for. */
export interface Grant {
  readonly value: string;
  readonly lifeMs: number;
}

/** Gets one new token. */
export type Issuer = (signal: AbortSignal) => Promise<Grant>;

export interface TokenEndpoint {
  readonly pool: Pool;
  readonly clock: ServerClock;
  /** Token requests count to it, too. */
  readonly quota: QuotaWindow;
}

/** Refused, as far as can be told because our clock was wrong; it has been corrected. */
export class ClockSkewError extends RedoxError {}

/** Token answers are about 1 kB; whatever is longer than this is not one. */
const MAX_ANSWER_BYTES = 65_536;

/** Visible ASCII is safe in a header; the length leaves room within the 16 kB that servers take for all headers. */
const ACCESS_TOKEN = /^[\x21-\x7e]{1,8192}$/;

/** Below this every query would begin with a token call; a token that really ends sooner is renewed by its 401. */
const SHORTEST_LIFE_MS = 10_000;

/** The longest life that Redox documents for any token (legacy keys). */
const MAX_LIFE_MS = 24 * 3_600_000;

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
  const request = { path: call.path, headers, body: call.body, maxBytes: MAX_ANSWER_BYTES, take };
  const answer = await exchange(pool, request, signal).catch((error: unknown) => {
    // Garbled or endless: whatever answers there, it is not the token service.
    const isGarbage = error instanceof RedoxError && error.code === 'UPSTREAM_PROTOCOL';
    throw isGarbage ? garbage(error.details.redox?.status ?? null) : error;
  });
  const { status, date, traceId } = answer;
  if (status === 200) return parseJson(Buffer.concat(chunks));
  const { code, retryable } = ruleOfStatus(status);
  if (code === 'UPSTREAM_PROTOCOL') throw garbage(status);
  const pauses = readPauses(answer, quota, clock.now());
  const isRefusal = status === 400 || status === 401;
  const Fault = isRefusal && clock.correct(date) ? ClockSkewError : RedoxError;
  throw new Fault(code, { status, traceId, retryable, ...pauses });
}

/**
 * A grant from the members of a token answer. A life that is negative, zero or no number makes the whole answer
 * unusable; an excessive one is cut.
 * @throws RedoxError UPSTREAM_UNAVAILABLE
 */
export function readGrant(answer: unknown, tokenMember: string, lifeMs: number): Grant {
  const value = asText(member(answer, tokenMember)) ?? '';
  if (!ACCESS_TOKEN.test(value) || !(lifeMs > 0)) throw garbage(200);
  return { value, lifeMs: Math.min(Math.max(lifeMs, SHORTEST_LIFE_MS), MAX_LIFE_MS) };
}

function garbage(status: number | null): RedoxError {
  return new RedoxError('UPSTREAM_UNAVAILABLE', { status, retryable: true });
}
