/** Reads `Retry-After` (RFC 9110 §10.2.3), believing only what makes sense. */

/** Longer waits are not believed: Redox's quota window is five minutes, and an hour covers any outage notice. */
const LONGEST_SECONDS = 3600;

/** IMF-fixdate alone: `Date.parse` by itself accepts all kinds of garbage. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Seconds to wait, at most an hour; undefined when the header is absent, garbage or in the past. */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text), LONGEST_SECONDS);
  if (!HTTP_DATE.test(text)) return undefined;
  const seconds = Math.ceil((Date.parse(text) - nowMs) / 1000);
  return seconds >= 0 ? Math.min(seconds, LONGEST_SECONDS) : undefined;
}
