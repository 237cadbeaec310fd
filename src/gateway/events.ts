/** Creates the parts for the events that Redox pushes: their inbox, and their receiver. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { Feeds } from '../events/feeds.ts';
import { Forgetting } from '../events/forgetting.ts';
import type { Inbox } from '../events/inbox.ts';
import { MemoryInbox } from '../events/memory-inbox.ts';
import { type EventReport, Receiver } from '../events/receiver.ts';
import { Subscribers } from '../events/subscribers.ts';
import { withEvents } from '../events/writes-and-events.ts';
import type { FreshnessLimits } from '../http/cache-control.ts';
import type { EventsRoute } from '../http/redox-events.ts';
import type { SharedWriteOrder } from '../media/ordering/shared-write-order.ts';
import type { WriteFence } from '../media/ordering/write-fence.ts';
import type { LiveFeeds } from '../media/recent/recent-answers.ts';
import { Seal } from '../seal.ts';
import type { GatewayLog } from '../telemetry/log.ts';
import type { GatewayMetrics } from '../telemetry/metrics.ts';
import { createEventLog } from './event-log.ts';

export interface Events {
  readonly inbox: Inbox;
  readonly subscribers: Subscribers;
  readonly route: EventsRoute;
  /** The destinations whose answers may be remembered for longer. */
  readonly live: LiveFeeds;
  /** Adds the events that other replicas recorded to the writes that they sent. */
  orderWith(writes: SharedWriteOrder): SharedWriteOrder;
}

export interface EventParts {
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly metrics: GatewayMetrics;
  /** Opens the inbox that replicas share, for this many events; null: there are no other replicas. */
  readonly openShared: ((maxEvents: number) => Inbox) | null;
  /** Those of all destinations, by alias, once queries are answered. */
  readonly orders: () => WriteFence['orders'];
}

/** Null: events are not received. */
export function openEvents(config: Config, parts: EventParts): Events | null {
  const { clock, log, metrics, openShared, orders } = parts;
  const { tokens, sources, kept } = config.events;
  if (tokens === null) return null;
  const inbox = openShared?.(kept) ?? new MemoryInbox({ clock, maxEvents: kept, epoch: randomUUID() });
  const feeds = new Feeds(inbox, clock);
  // Before all other listeners, so that queries of subscribers that receive an event are sent to Redox.
  inbox.listen(new Forgetting(orders));
  inbox.listen(feeds);
  const alarms = createEventLog(log, clock);
  inbox.listen({ recorded() {}, missed: () => alarms.missed() });
  const subscribers = openSubscribers(config, inbox, clock, metrics);
  inbox.listen(subscribers);
  const measures = metrics.watchEvents({ health: () => inbox.health, clock });
  const report = (event: EventReport) => {
    measures.event(event);
    alarms.event(event);
  };
  const receiver = new Receiver({ inbox, sources, clock, report });
  return {
    inbox,
    subscribers,
    route: { tokens, receiver, onRefused: measures.refused },
    live: { recentMs: liveSeconds(config) * 1000, liveSince: (destination) => feeds.liveSince(destination) },
    orderWith: (writes) => withEvents(writes, inbox),
  };
}

function openSubscribers(
  { secrets, limits }: Config,
  inbox: Inbox,
  clock: Clock,
  metrics: GatewayMetrics,
): Subscribers {
  const seal = new Seal(secrets, 'change');
  const report = metrics.watchSubscribers(clock.wallTime.bind(clock), () => subscribers);
  const subscribers = new Subscribers({ inbox, seal, limits, clock, report });
  return subscribers;
}

/** The maximum age of an answer that a caller may accept: RECENT_SECONDS, or more for destinations whose events arrive. */
export function freshnessLimits(config: Config): FreshnessLimits {
  const { seconds, maxAgeSeconds } = config.recent;
  return { seconds: config.events.tokens === null ? seconds : liveSeconds(config), maxAgeSeconds };
}

function liveSeconds({ recent, events }: Config): number {
  // 0 disables all of it.
  return recent.seconds === 0 ? 0 : Math.max(recent.seconds, events.liveRecentSeconds);
}
