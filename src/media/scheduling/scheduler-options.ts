/** The options of a scheduler. */
import type { Clock } from '../../clock.ts';
import type { RedoxClient } from '../../redox/client.ts';
import type { FileKeeper } from '../../redox/reply/contents.ts';
import type { TimeSlices } from '../../time-slices.ts';
import type { DestinationAlias, DestinationId } from '../model/keys.ts';
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
  /** Sends one Media Query; rejects with a RedoxError that says whether the call may be retried or split. */
  readonly query: RedoxClient['query'];
  /** The ids that Redox gave to the destinations, by alias. */
  readonly destinations: ReadonlyMap<DestinationAlias, DestinationId>;
  /** How many calls may be in flight at once, to all destinations together. */
  readonly concurrency: number;
  readonly rate: Rate;
  /** Null when no other replica uses the same quota. */
  readonly sharedQuota?: SharedQuota | null;
  /** Null when no other replica writes to the same destinations. */
  readonly sharedWriteOrder?: SharedWriteOrder | null;
  readonly limits: Limits;
  /** The size of the largest reply that is read. */
  readonly maxResponseBytes: number;
  /** The aliases of destinations whose items may name a patient by other identifiers than the query did (REDOX_ATTRIBUTION). */
  readonly trustedLone?: ReadonlySet<string>;
  /** Whether the bodies of queries, which name patients, are kept with the results of calls to be shown. Default: false. */
  readonly showsQueries?: boolean;
  /** Returns an HMAC of a text. Values that concern patients are stored only as their HMACs. */
  readonly hash: (text: string) => string;
  /** Keeps the files of replies for links; null when they are not kept. */
  readonly recentFiles?: { collect(destination: DestinationId, call: CallIds): CallFiles } | null;
  /** How many parts of needs may wait at one destination. Beyond that, a need fails at once as OVERLOADED. */
  readonly maxWaiting: number;
  /** Deadlines are in milliseconds of this clock. */
  readonly clock: Clock;
  /** Whether the event loop is busy, so that all operations of a reply are better answered together. Default: never. */
  readonly isBusy?: () => boolean;
  /** The time slices in which long replies are distributed. */
  readonly slices: TimeSlices;
  /** Returns a number from 0 to 1. Default: Math.random. */
  readonly random?: () => number;
}
