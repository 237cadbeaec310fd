/** What a field receives of a need, and when. */
import type { OperationSlices } from '../operation-slices.ts';
import type { Item } from '../redox/messages.ts';
import type { CallIds } from './model/outcome.ts';

/** What a field receives. */
export interface LoadResult {
  readonly items: readonly Item[];
  /** When Redox answered, in milliseconds since 1970; of several calls, the first of them. */
  readonly asOf: number;
  /** By which cursors name the answer; null where it is not remembered. Made when it is first asked for. */
  answerId(): string | null;
  /** See `NeedOutcome`. */
  readonly ageMs: number | null;
}

/** What a need is given, when it comes, and the calls that bring it: `calls` grows until `given` is settled. */
export interface Loading {
  readonly given: Promise<LoadResult>;
  readonly calls: readonly CallIds[];
}

/** As `Loading`, where it is there already. */
export interface Known {
  readonly given: LoadResult;
  readonly calls: readonly CallIds[];
}

/** It fails, also where nothing ever waits for it. */
export function failedWith(error: unknown): Loading {
  const given = Promise.reject(error);
  given.catch(() => undefined);
  return { given, calls: [] };
}

/** As many of an operation's needs as may fail in one step: each perhaps with fields of its own. */
const MAX_FAILED_AT_ONCE = 250;

/** `count` of them, in several turns of the event loop where they are many: tens of thousands of fields go on when they fail. */
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
  const given = slices.next().then(() => Promise.reject(error));
  given.catch(() => undefined);
  return { given, calls: [] };
}
