/** Refuses now who would be refused later: needs whose time is over before the quota lets their call go. */
import { GatewayError } from '../../errors.ts';
import type { PlannedCall } from '../planning/plan.ts';
import type { QuotaGovernor } from '../resilience/governor.ts';
import type { Ask } from './ask.ts';

/** `waiting`: the calls of each lane, in order. `firstTurn`: when the next call of all may go, in the time of `now`. */
export function refuseLate(
  waiting: readonly (readonly PlannedCall<Ask>[])[],
  governor: QuotaGovernor,
  { now, firstTurn }: { readonly now: number; readonly firstTurn: number },
): void {
  let turn = firstTurn;
  let ahead = 0;
  for (const { wanted } of inTurn(waiting)) {
    const retryAfterSeconds = Math.ceil((turn - now) / 1000);
    for (const { owner } of wanted) {
      if (owner.deadline >= turn) continue;
      owner.fail(new GatewayError('RATE_LIMITED', { retryable: true, retryAfterSeconds }));
    }
    if (wanted.some(({ owner }) => !owner.finished)) turn += governor.spacingAfter(ahead++);
  }
}

/** The first of every list, then the second of every list, and so on. */
function* inTurn<T>(lists: readonly (readonly T[])[]): Generator<T> {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let at = 0; at < longest; at++) {
    for (const list of lists) yield* list.slice(at, at + 1);
  }
}
