/** The result that a field receives for a need, and the promise of it. */
import type { OperationSlices } from '../operation-slices.ts';
import type { Item } from '../redox/messages.ts';
import type { CallIds } from './model/outcome.ts';

/** The result that a field receives for its need. */
export interface LoadResult {
  readonly items: readonly Item[];
  /** When Redox sent the answer, in milliseconds since 1970; of several calls, the earliest. */
  readonly asOf: number;
  /** The id by which cursors name the answer; null if it is not remembered. Created when it is first needed. */
  answerId(): string | null;
  /** See `NeedOutcome`. */
  readonly ageMs: number | null;
}

/** The promise of a result, and the calls that bring it: `calls` grows until `result` is settled. */
export interface Loading {
  readonly result: Promise<LoadResult>;
  readonly calls: readonly CallIds[];
}

/** Like `Loading`, for a result that is available already. */
export interface Known {
  readonly result: LoadResult;
  readonly calls: readonly CallIds[];
}

/** A load that fails; its rejection is handled even if no field awaits it. */
export function failedWith(error: unknown): Loading {
  const result = Promise.reject(error);
  result.catch(() => undefined);
  return { result, calls: [] };
}

/**
 * How many needs of an operation may fail in one time slice: fields of thousands of documents may continue after each of them.
 */
const MAX_FAILED_AT_ONCE = 250;

/** `count` failures, in several time slices if there are many: tens of thousands of fields continue when they fail. */
export function* failuresOf(
  error: unknown,
  count: number,
  slices: OperationSlices | undefined,
): Generator<Loading> {
  let failed = failedWith(error);
  for (let at = 0; at < count; at += 1) {
    if (slices !== undefined && at > 0 && at % MAX_FAILED_AT_ONCE === 0) failed = failedLater(error, slices);
    yield failed;
  }
}

function failedLater(error: unknown, slices: OperationSlices): Loading {
  const result = slices.next().then(() => Promise.reject(error));
  result.catch(() => undefined);
  return { result, calls: [] };
}
