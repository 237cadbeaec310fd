/**
 * What is left of a quota is spread over the time until places come free: when one caller has used up the rest, another, whose
 * turn is next, waits for one interval, and not for half a window. Over a window as many calls go as without it.
 */

export interface Quota {
  readonly calls: number;
  readonly windowMs: number;
}

/** From this share of the quota on, what is left is spread. */
const SCARCE = 0.75;
/** An interval that callers bear: an operation takes two or three calls. */
const MAX_SPREAD_MS = 2000;
/** A shorter window is soon over; of a smaller quota a quarter is too few calls to be worth keeping. */
const MIN_WINDOW_MS = 10_000;
const MIN_CALLS = 32;

/** Whether so few calls are left that they are spread. */
export function isScarce(left: number, { calls, windowMs }: Quota): boolean {
  return windowMs >= MIN_WINDOW_MS && calls >= MIN_CALLS && calls - left >= calls * SCARCE;
}

/** Milliseconds between calls that take what is left evenly, where the next place comes free in so many milliseconds. */
export function spreadMs(left: number, freeInMs: number): number {
  return Math.min(MAX_SPREAD_MS, Math.max(0, freeInMs) / (Math.max(0, left) + 1));
}
