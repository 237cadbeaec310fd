/** What a scheduler is made with. */
import type { Clock } from '../../clock.ts';
import type { RedoxClient } from '../../redox/client.ts';
import type { FileKeeper } from '../../redox/reply/contents.ts';
import type { TimeSlices } from '../../time-slices.ts';
import type { CallIds } from '../model/outcome.ts';
import type { SharedWriteOrder } from '../ordering/shared-write-order.ts';
import type { Limits } from '../planning/plan.ts';
import type { Rate, SharedQuota } from '../resilience/rate-limiter.ts';
import type { ReportOptions } from './call-report.ts';
import type { ReplyFiles } from './pending-need.ts';

/** The files of one call's reply. */
export interface CallFiles extends FileKeeper, ReplyFiles {
  /** Called once, when the call is over. */
  end(): void;
}

export interface SchedulerOptions extends ReportOptions {
  /** Sends one Media Query; rejects with a RedoxError, which tells whether it may be retried or split. */
  readonly query: RedoxClient['query'];
  /** Redox's ids of all destinations, by alias. */
  readonly destinations: ReadonlyMap<string, string>;
  /** How many calls may be in flight at once, over all destinations. */
  readonly concurrency: number;
  readonly rate: Rate;
  readonly sharedQuota?: SharedQuota | null;
  /** Null: no other replica writes to the same destinations. */
  readonly sharedWriteOrder?: SharedWriteOrder | null;
  readonly limits: Limits;
  /** The largest reply that is read. */
  readonly maxResponseBytes: number;
  /** Aliases of destinations that name patients otherwise than they were asked for, and are trusted in that. */
  readonly trustedLone?: ReadonlySet<string>;
  /** Whether the bodies of calls are kept as long as what came of them, to be shown; they name patients. Default: they are not. */
  readonly showsQueries?: boolean;
  /** An HMAC of a text: what is remembered of patients is remembered by it. */
  readonly hash: (text: string) => string;
  /** Where the files of replies are kept for links; null: nowhere. */
  readonly recentFiles?: { collect(destinationId: string, call: CallIds): CallFiles } | null;
  /** How many parts of needs may wait at one destination; a need beyond that is OVERLOADED at once. */
  readonly maxWaiting: number;
  /** Deadlines are in its milliseconds. */
  readonly clock: Clock;
  /** Whether this process has little time left, so that answers are better given together. Default: it never has. */
  readonly isBusy?: () => boolean;
  /** In which long replies are distributed. */
  readonly slices: TimeSlices;
  /** From 0 to 1. */
  readonly random?: () => number;
}
