/** The outcome of one need. The audit trail is written from it; the core itself records nothing. */
import type { Item } from '../../redox/messages.ts';
import type { Need } from './need.ts';

/** The ids of an upstream call that was answered, or failed. Needs of several operations may share one call. */
export interface CallIds {
  /** Random, created by this process. */
  readonly id: string;
  /** Redox's log ids, from `Meta.Logs`. */
  readonly logIds: readonly string[];
  /** The `Redox-Trace-Id` of the reply; null when it had none. */
  readonly traceId: string | null;
  /** The size of the reply to a Media Query, 0 without a reply; absent for a call that was not sent, and for writes. */
  readonly bytes?: number;
  /** The body of a Media Query as it was sent; kept only with the sandbox. */
  readonly query?: string;
}

export interface NeedOutcome {
  readonly need: Need;
  /** What the caller received; null when it received an error instead. */
  readonly items: readonly Pick<Item, 'identifiers' | 'attributedTo' | 'documentId'>[] | null;
  readonly error: unknown;
  readonly calls: readonly CallIds[];
  /** The age of the remembered answer in milliseconds; null: Redox was queried for this need, or nothing was needed. */
  readonly ageMs: number | null;
}
