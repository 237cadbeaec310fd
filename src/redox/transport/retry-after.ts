/** Reads `Retry-After` (RFC 9110 §10.2.3), believing only what makes sense. */

import type { Answer } from './exchange.ts';
import type { QuotaWindow } from './quota-window.ts';

/** Longer waits are not believed: Redox's quota window is five minutes, and an hour covers any outage notice. */
const MAX_SECONDS = 3600;

/** IMF-fixdate alone: `Date.parse` by itself accepts all kinds of garbage. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Of a 429, when a request has a chance again: as Redox says, and as it is likely where it does not. */
export function readPauses(
  { status, retryAfter, rateLimit }: Pick<Answer, 'status' | 'retryAfter' | 'rateLimit'>,
  quota: QuotaWindow,
  nowMs: number,
): { readonly retryAfterSeconds?: number; readonly likelyRetryAfterSeconds?: number } {
  if (status !== 429) return {};
  const retryAfterSeconds = readRetryAfter(retryAfter, nowMs);
  if (retryAfterSeconds !== undefined) return { retryAfterSeconds };
  return rateLimit === null ? {} : { likelyRetryAfterSeconds: quota.secondsLeft };
}

/** Seconds to wait, at most an hour; undefined when the header is absent, garbage or in the past. */
function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text), MAX_SECONDS);
  if (!HTTP_DATE.test(text)) return undefined;
  const seconds = Math.ceil((Date.parse(text) - nowMs) / 1000);
  return seconds >= 0 ? Math.min(seconds, MAX_SECONDS) : undefined;
}
