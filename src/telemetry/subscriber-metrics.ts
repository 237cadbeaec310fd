/** Metrics of subscriptions to Redox's events. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SubscriberReport } from '../events/subscribers.ts';

/** From one turn of the event loop to the longest time that a reader may take. */
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface SubscriberReadings {
  /** The number of open subscriptions. */
  readonly count: number;
  /** The number of events that wait for their readers. */
  readonly buffered: number;
}

/** `wallTime`: see `Clock`. `read`: returns the values when Prometheus scrapes. */
export function createSubscriberMetrics(
  registry: Registry,
  prefix: string,
  wallTime: () => number,
  read: () => SubscriberReadings,
): SubscriberReport {
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: prefix + name, help, labelNames, registers });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: prefix + name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('subscribers', 'Subscriptions that are open.', () => read().count);
  gauge('subscriber_buffered_events', 'Events that wait for their readers.', () => read().buffered);
  const replays = counter('subscription_replays_total', 'Subscriptions that continued after a cursor.');
  const delivered = counter('changes_delivered_total', 'Events handed to subscriptions.', ['from']);
  const ended = counter('subscriptions_ended_total', 'Subscriptions that ended, by what ended them.', [
    'reason',
  ]);
  const seconds = new Histogram({
    name: `${prefix}change_delivery_seconds`,
    help: 'From the recording of an event to its subscription being given it.',
    buckets: SECONDS,
    registers,
  });
  return {
    replayed: () => replays.inc(),
    delivered(receivedAt) {
      delivered.inc({ from: receivedAt === null ? 'replay' : 'live' });
      if (receivedAt !== null) seconds.observe(Math.max(0, wallTime() - receivedAt) / 1000);
    },
    ended: (reason) => ended.inc({ reason }),
  };
}
