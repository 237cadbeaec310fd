/** Reads `Retry-After` (RFC 9110 §10.2.3) strictly. */

import type { RedoxResponse } from './exchange.ts';
import type { QuotaWindow } from './quota-window.ts';

/** A longer wait is shortened to this: Redox's quota window is five minutes, and an hour covers any outage notice. */
const MAX_SECONDS = 3600;

/** Only IMF-fixdate is accepted: `Date.parse` by itself accepts many other texts. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** For a 429: the time after which a request may succeed, as Redox states it, or as an estimate if it states none. */
export function readPauses(
  { status, retryAfter, rateLimit }: Pick<RedoxResponse, 'status' | 'retryAfter' | 'rateLimit'>,
  quota: QuotaWindow,
  nowMs: number,
): { readonly retryAfterSeconds?: number; readonly likelyRetryAfterSeconds?: number } {
  if (status !== 429) return {};
  const retryAfterSeconds = readRetryAfter(retryAfter, nowMs);
  if (retryAfterSeconds !== undefined) return { retryAfterSeconds };
  return rateLimit === null ? {} : { likelyRetryAfterSeconds: quota.secondsLeft };
}

/** Seconds to wait, at most an hour; undefined when the header is absent, malformed or in the past. */
function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text), MAX_SECONDS);
  if (!HTTP_DATE.test(text)) return undefined;
  const seconds = Math.ceil((Date.parse(text) - nowMs) / 1000);
  return seconds >= 0 ? Math.min(seconds, MAX_SECONDS) : undefined;
}
