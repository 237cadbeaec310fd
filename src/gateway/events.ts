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
import { createEventAlarms } from './event-alarms.ts';

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
  const measures = metrics.watchEvents({ health: () => inbox.health, clock });
  const alarm = createEventAlarms(log, clock);
  const report = (event: EventReport) => {
    measures.event(event);
    alarm(event);
  };
  const receiver = new Receiver({ inbox, sources, clock, report });
  return { inbox, route: { tokens, receiver, onRefused: measures.refused } };
}
