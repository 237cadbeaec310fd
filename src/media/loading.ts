/** What a field receives of a need, and when. */
import type { Item } from '../redox/messages.ts';
import type { CallIds } from './model/outcome.ts';

/** What a field receives. */
export interface Given {
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
  readonly given: Promise<Given>;
  readonly calls: readonly CallIds[];
}

/** It fails, also where nothing ever waits for it. */
export function failedWith(error: unknown): Loading {
  const given = Promise.reject(error);
  given.catch(() => undefined);
  return { given, calls: [] };
}
