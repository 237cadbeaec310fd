/** How one need came out. The audit trail is written from it; the core itself records nothing. */
import type { Item } from '../../redox/messages.ts';
import type { Need } from './need.ts';

/** The ids of an upstream call that was answered, or failed. Needs of several operations may share one call. */
export interface CallIds {
  /** Random, made by this process. */
  readonly id: string;
  /** Redox's log ids, from `Meta.Logs`. */
  readonly logIds: readonly string[];
  /** The `Redox-Trace-Id` of the reply; null when it had none. */
  readonly traceId: string | null;
  /** Of the reply to a Media Query, 0 without one; absent of what was not sent, and of writes. */
  readonly bytes?: number;
  /** The body of a Media Query as it was sent, kept with the sandbox alone. */
  readonly query?: string;
}

export interface NeedOutcome {
  readonly need: Need;
  /** What the caller received; null when it received an error instead. */
  readonly items: readonly Pick<Item, 'identifiers' | 'attributedTo' | 'documentId'>[] | null;
  readonly error: unknown;
  readonly calls: readonly CallIds[];
  /** How long ago Redox gave the remembered answer, in milliseconds; null: Redox was asked for this need, or nothing was. */
  readonly ageMs: number | null;
}
