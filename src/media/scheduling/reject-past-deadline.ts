/** Refuses now who would be refused later: needs whose time is over before the quota lets their call go. */
import { GatewayError } from '../../errors.ts';
import type { PlannedCall } from '../planning/plan.ts';
import type { RateLimiter } from '../resilience/rate-limiter.ts';
import type { PendingNeed } from './pending-need.ts';

/** `waiting`: the calls of each queue, in order. `earliestStart`: when the next call of all may go, in the time of `now`. */
export function rejectPastDeadline(
  waiting: readonly (readonly PlannedCall<PendingNeed>[])[],
  rateLimiter: RateLimiter,
  { now, earliestStart }: { readonly now: number; readonly earliestStart: number },
): void {
  let turn = earliestStart;
  let ahead = 0;
  for (const { parts } of inTurn(waiting)) {
    const retryAfterSeconds = Math.ceil((turn - now) / 1000);
    for (const { owner } of parts) {
      if (owner.deadline >= turn) continue;
      owner.fail(new GatewayError('RATE_LIMITED', { retryable: true, retryAfterSeconds }));
    }
    if (parts.some(({ owner }) => !owner.finished)) turn += rateLimiter.spacingAfter(ahead++);
  }
}

/** The first of every list, then the second of every list, and so on. */
function* inTurn<T>(lists: readonly (readonly T[])[]): Generator<T> {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let at = 0; at < longest; at++) {
    for (const list of lists) yield* list.slice(at, at + 1);
  }
}
