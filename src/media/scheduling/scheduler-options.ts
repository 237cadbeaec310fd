/** What the scheduler must be told. */
import type { Clock } from '../../clock.ts';
import type { RedoxClient } from '../../redox/client.ts';
import type { Limits } from '../planning/plan.ts';
import type { Rate, SharedQuota } from '../resilience/rate-limiter.ts';
import type { ReportOptions } from './call-report.ts';
import type { SharedWriteOrder } from './shared-write-order.ts';

export interface SchedulerOptions extends ReportOptions {
  /** Sends one Media Query; rejects with a RedoxError, which tells what is worth a try. */
  readonly query: RedoxClient['query'];
  /** Redox's ids of all destinations, by alias. */
  readonly destinations: ReadonlyMap<string, string>;
  /** Most calls in flight at once, over all destinations. */
  readonly concurrency: number;
  readonly rate: Rate;
  readonly sharedQuota?: SharedQuota | null;
  /** Where other replicas write, too. */
  readonly sharedWriteOrder?: SharedWriteOrder | null;
  readonly limits: Limits;
  /** Largest message of Redox's. */
  readonly maxResponseBytes: number;
  /** Aliases of destinations that name patients otherwise than they are asked for, and are trusted in that. */
  readonly trustedLone?: ReadonlySet<string>;
  /** Most parts of needs that wait for one destination; more are OVERLOADED at once. */
  readonly maxWaiting: number;
  /** Deadlines are in its time. */
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random?: () => number;
}
