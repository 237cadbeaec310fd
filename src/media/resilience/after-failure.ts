/** What happens after a failed Media Query: it waits again, is split, retried, or fails for good. Decided here alone. */
import { RedoxError } from '../../redox/redox-error.ts';
import type { Box } from '../model/box.ts';
import { type LongList, longestList } from '../planning/cut.ts';
import type { RetryPolicy } from './retry-policy.ts';

export type Next =
  /** Two calls, each with half of the list. */
  | { readonly kind: 'split'; readonly list: LongList }
  /** Its needs wait again, to be planned with all others: Redox has not taken the call (429), which says nothing of it. */
  | { readonly kind: 'requeue' }
  /** The same call once more, at a time of the scheduler's clock. */
  | { readonly kind: 'retry'; readonly at: number }
  /** Its needs fail with the error. `isUnsplit`: only because the budget does not allow to split it. */
  | { readonly kind: 'fail'; readonly isUnsplit: boolean };

/** What the decision needs to know of a call. */
export interface FailedCall {
  readonly box: Box;
  /** Null, unless it is half of a call that failed before. */
  readonly half: object | null;
  /** 1, or 2 for a retry. */
  readonly attempt: number;
  /** When the last operation ends that still waits for it; null when none does. */
  readonly lastDeadline: number | null;
}

const FAIL: Next = { kind: 'fail', isUnsplit: false };

/** Pure: the caller takes the split or the retry out of its budget. */
export function afterFailure(call: FailedCall, error: unknown, policy: RetryPolicy, now: number): Next {
  if (call.lastDeadline === null || !(error instanceof RedoxError)) return FAIL;
  if (error.code === 'RATE_LIMITED') return { kind: 'requeue' };
  const list = listToSplit(call, error);
  if (list !== null && policy.maySplit) return { kind: 'split', list };
  const fail: Next = { kind: 'fail', isUnsplit: list !== null };
  // A half is itself a second attempt.
  const isFirstAttempt = call.half === null && call.attempt === 1;
  if (!error.autoRetry || !isFirstAttempt || !policy.mayRetry) return fail;
  const at = now + policy.delayMs;
  return call.lastDeadline > at ? { kind: 'retry', at } : fail;
}

/** The list whose halves may be answered where all of it was not; null where a smaller query would fail as well. */
export function listToSplit({ box }: Pick<FailedCall, 'box'>, error: unknown): LongList | null {
  return error instanceof RedoxError && error.splittable ? longestList(box) : null;
}
