/** Creates the core of the process from the settings: one scheduler, the memory of answers, and the loaders that use both. */

import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { EventLoopLoad } from '../event-loop-load.ts';
import { createTextHmac } from '../hmac.ts';
import { MediaLoader } from '../media/loader.ts';
import type { OperationBounds, OperationOptions } from '../media/loader-options.ts';
import {
  type DestinationAlias,
  type DestinationId,
  destinationAlias,
  destinationId,
} from '../media/model/keys.ts';
import type { SharedWriteOrder } from '../media/ordering/shared-write-order.ts';
import { LinkedFiles } from '../media/recent/linked-files.ts';
import type { LiveFeeds, RecentAnswers } from '../media/recent/recent-answers.ts';
import type { SharedQuota } from '../media/resilience/rate-limiter.ts';
import { Scheduler } from '../media/scheduling/scheduler.ts';
import type { RedoxClient } from '../redox/client.ts';
import type { GatewayLog } from '../telemetry/log.ts';
import type { GatewayMetrics } from '../telemetry/metrics.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { TimeSlices } from '../time-slices.ts';
import { coreEvents } from './core-events.ts';
import { createRecentMemory } from './recent-memory.ts';

export interface CoreParts {
  readonly redox: RedoxClient;
  /** Redox's ids of destinations, by alias; the first is the default. */
  readonly destinations: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly slices: TimeSlices;
  readonly log: GatewayLog;
  readonly metrics: GatewayMetrics;
  /** Null: tracing is disabled. */
  readonly tracing: Tracing | null;
  /** Null when there are no other replicas. */
  readonly sharedQuota: SharedQuota | null;
  /** Null when there are no other replicas. */
  readonly sharedWriteOrder: SharedWriteOrder | null;
  /** Absent: no events arrive. */
  readonly live: LiveFeeds | undefined;
}

/** The options that differ between loaders. */
type LoaderOptions = Omit<OperationOptions, 'bounds'>;

export class Core {
  readonly #config: Config;
  readonly #bounds: OperationBounds;
  readonly scheduler: Scheduler;
  /** Null: nothing is remembered beyond an operation. */
  readonly recentAnswers: RecentAnswers | null;
  /** Null: no files are kept for links. */
  readonly linkedFiles: LinkedFiles | null;

  constructor(config: Config, parts: CoreParts) {
    const { clock, metrics } = parts;
    const destinations = idsByAlias(parts.destinations);
    const max = config.batching.maxPatients;
    this.#config = config;
    this.#bounds = {
      maxNeeds: config.limits.needs,
      maxCalls: config.operation.maxCalls,
      limits: { patients: max, visits: max, documents: max },
    };
    const { answers, files } = createRecentMemory(config.recent, clock, metrics, parts.live);
    this.recentAnswers = answers;
    this.scheduler = this.#createScheduler(parts, destinations, files);
    this.linkedFiles = files && new LinkedFiles(files, this.scheduler.fence, destinations);
    metrics.watch({
      quotaLeft: () => this.scheduler.load.quotaLeft,
      callsInFlight: () => this.scheduler.load.callsInFlight,
      waitingNeeds: () => this.scheduler.load.waitingParts,
      tokenAgeSeconds: () => parts.redox.tokenAgeSeconds,
    });
  }

  /** Whether explorers see the bodies of Media Queries, which is only so with the sandbox. */
  get showsQueries(): boolean {
    return this.#config.introspection && this.#config.redox.kind === 'sandbox';
  }

  /** Creates the loader of one operation, with budgets of its own. */
  createLoader(options: LoaderOptions): MediaLoader {
    return new MediaLoader(this.scheduler, { ...options, bounds: this.#bounds });
  }

  /** Operations of equal keys may share upstream calls. */
  batchKeyOf(rightsKey: string): string {
    return this.#config.batching.scope === 'authority' ? rightsKey : randomUUID();
  }

  #createScheduler(
    { redox, clock, slices, log, metrics, tracing, sharedQuota, sharedWriteOrder }: CoreParts,
    destinations: ReadonlyMap<DestinationAlias, DestinationId>,
    recentFiles: ReturnType<typeof createRecentMemory>['files'],
  ): Scheduler {
    const { operation, secrets, upstream } = this.#config;
    const load = new EventLoopLoad(clock);
    return new Scheduler({
      query: (...call) => redox.query(...call),
      destinations,
      concurrency: upstream.concurrency,
      rate: upstream.rate,
      maxResponseBytes: upstream.maxResponseBytes,
      limits: this.#bounds.limits,
      clock,
      isBusy: () => load.isBusy,
      slices,
      maxWaiting: operation.maxWaiting,
      showsQueries: this.showsQueries,
      trustedLone: new Set(upstream.attribution.keys()),
      hash: createTextHmac(secrets, 'scheduler-culprit/v1'),
      events: coreEvents(log, metrics, clock),
      tracing,
      sharedQuota,
      sharedWriteOrder,
      recentFiles,
    });
  }
}

function idsByAlias(destinations: CoreParts['destinations']): ReadonlyMap<DestinationAlias, DestinationId> {
  return new Map([...destinations].map(([alias, uuid]) => [destinationAlias(alias), destinationId(uuid)]));
}
