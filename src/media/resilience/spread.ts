/**
 * Spreads the remaining calls of a quota over the time until used calls leave the window. When one caller has used up most of the
 * quota, another caller waits for one interval, and not for half a window. The number of calls in a window stays the same.
 */

export interface Quota {
  readonly calls: number;
  readonly windowMs: number;
}

/** Once this share of the quota is used, the remaining calls are spread. */
const SPREAD_FROM = 0.75;
/** The longest interval: an operation makes two or three calls, and callers accept a wait of a few seconds. */
const MAX_SPREAD_MS = 2000;
/** Shorter windows are not spread, since they are soon over. */
const MIN_WINDOW_MS = 10_000;
/** Smaller quotas are not spread: a quarter of them is too few calls. */
const MIN_CALLS = 32;

/** Whether so few calls are left that they are to be spread. */
export function isScarce(left: number, { calls, windowMs }: Quota): boolean {
  return windowMs >= MIN_WINDOW_MS && calls >= MIN_CALLS && calls - left >= calls * SPREAD_FROM;
}

/** Returns the milliseconds between calls when `left` calls are spread over the time until a call leaves the window. */
export function spreadMs(left: number, freeInMs: number): number {
  return Math.min(MAX_SPREAD_MS, Math.max(0, freeInMs) / (Math.max(0, left) + 1));
}
