/** The parts for the events that Redox pushes: their inbox, and what receives them. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Inbox } from '../events/inbox.ts';
import { MemoryInbox } from '../events/memory-inbox.ts';
import { type EventReport, Receiver } from '../events/receiver.ts';
import type { EventsRoute } from '../http/redox-events.ts';
import type { GatewayLog } from '../telemetry/log.ts';
import type { GatewayMetrics } from '../telemetry/metrics.ts';

/** What a hospital sends wrongly, it sends all day; the metric counts all. */
const LOG_INTERVAL_MS = 60_000;

export interface Events {
  readonly inbox: Inbox;
  readonly route: EventsRoute;
}

export interface EventParts {
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly metrics: GatewayMetrics;
}

/** Null: events are not received. */
export function openEvents({ events }: Config, { clock, log, metrics }: EventParts): Events | null {
  const { tokens, sources, kept } = events;
  if (tokens === null) return null;
  const inbox = new MemoryInbox({ clock, maxEvents: kept, epoch: randomUUID() });
  const measures = metrics.watchEvents();
  const alarm = alarms(log, clock);
  const report = (event: EventReport) => {
    measures.event(event);
    alarm(event);
  };
  const receiver = new Receiver({ inbox, sources, clock, report });
  return { inbox, route: { tokens, receiver, onRefused: measures.refused } };
}

function alarms(log: GatewayLog, clock: Clock): (event: EventReport) => void {
  const loggedAt = new Map<string, number>();
  const isDue = (what: string) => {
    const now = clock.now();
    if (now - (loggedAt.get(what) ?? Number.NEGATIVE_INFINITY) < LOG_INTERVAL_MS) return false;
    loggedAt.set(what, now);
    return true;
  };
  return ({ outcome, reason, destination }) => {
    if (outcome === 'failed' && isDue('failed')) log.eventsNotRecorded();
    if (outcome === 'recorded' && reason !== null && isDue(reason)) {
      log.eventUnreadable({ reason, destination });
    }
  };
}
