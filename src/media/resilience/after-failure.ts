/** The only place that decides what follows a failed Media Query: it is queued again, split, retried, or fails for good. */
import { RedoxError } from '../../redox/redox-error.ts';
import type { Box } from '../model/box.ts';
import { type LongList, longestList } from '../planning/cut.ts';
import type { RetryPolicy } from './retry-policy.ts';

export type Next =
  /** The call is replaced by two calls, each for half of the list. */
  | { readonly kind: 'split'; readonly list: LongList }
  /** Redox did not accept the call (429), which says nothing about what it asks: its needs are queued again. */
  | { readonly kind: 'requeue' }
  /** The same call is sent once more, at this time of the scheduler's clock. */
  | { readonly kind: 'retry'; readonly at: number }
  /** The call's needs fail with the error. `lacksSplitBudget`: the call would have been split with a larger budget. */
  | { readonly kind: 'fail'; readonly lacksSplitBudget: boolean };

/** The properties of a call that the decision depends on. */
export interface FailedCall {
  readonly box: Box;
  /** Null unless the call is half of a call that failed before. */
  readonly half: object | null;
  /** 1, or 2 for a retry. */
  readonly attempt: number;
  /** The latest deadline among the operations that still wait for the call; null when no operation waits. */
  readonly lastDeadline: number | null;
}

const FAIL: Next = { kind: 'fail', lacksSplitBudget: false };

/** Pure: it changes no budget. The code that carries out a split or a retry takes it from the budget. */
export function afterFailure(call: FailedCall, error: unknown, policy: RetryPolicy, now: number): Next {
  if (call.lastDeadline === null || !(error instanceof RedoxError)) return FAIL;
  if (error.code === 'RATE_LIMITED') return { kind: 'requeue' };
  const list = findListToSplit(call, error);
  if (list !== null && policy.maySplit) return { kind: 'split', list };
  const fail: Next = { kind: 'fail', lacksSplitBudget: list !== null };
  if (!error.autoRetry || !isFirstAttempt(call) || !policy.mayRetry) return fail;
  const at = now + policy.delayMs;
  return call.lastDeadline > at ? { kind: 'retry', at } : fail;
}

/** Returns the list to halve; null when the error does not depend on the query's size, or when no list can be halved. */
export function findListToSplit(
  call: Pick<FailedCall, 'box' | 'half' | 'attempt'>,
  error: unknown,
): LongList | null {
  if (!(error instanceof RedoxError)) return null;
  const isSplittable = error.splittable || (error.splittableOnRepeat && !isFirstAttempt(call));
  return isSplittable ? longestList(call.box) : null;
}

/** A half counts as a second attempt. */
function isFirstAttempt({ half, attempt }: Pick<FailedCall, 'half' | 'attempt'>): boolean {
  return half === null && attempt === 1;
}
