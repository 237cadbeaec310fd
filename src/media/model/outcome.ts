/** How one need came out, for whoever keeps account of who saw what. The core itself keeps none. */
import type { Item } from '../../redox/messages.ts';
import type { Need } from './need.ts';

/** An upstream call that brought an answer, or failed; needs of several operations may share one. */
export interface CallTrace {
  /** Random, of this process. */
  readonly id: string;
  /** Redox's own, of `Meta.Logs`. */
  readonly logIds: readonly string[];
  /** Its `Redox-Trace-Id`, if it said one. */
  readonly traceId: string | null;
}

export interface NeedOutcome {
  readonly need: Need;
  /** What the caller received; null when it got an error instead. */
  readonly items: readonly Pick<Item, 'identifiers' | 'attributedTo' | 'documentId'>[] | null;
  readonly error: unknown;
  readonly calls: readonly CallTrace[];
}
