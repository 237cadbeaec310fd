/** Metrics of the events that Redox pushes. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { InboxHealth } from '../events/inbox.ts';
import type { EventReport } from '../events/receiver.ts';

/** From the time that a network takes to an hour: Redox keeps the events of a feed that is blocked. */
const LAG_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

/** Read when Prometheus scrapes. */
export interface InboxReadings {
  readonly health: () => InboxHealth;
  readonly clock: Clock;
}

export class EventMetrics {
  readonly #events: Counter;
  readonly #unreadable: Counter;
  readonly #lag: Histogram;

  constructor(registry: Registry, prefix: string, inbox: InboxReadings) {
    const registers = [registry];
    new Gauge({
      name: `${prefix}inbox_up`,
      help: '1 while events can be recorded and read, 0 while they cannot.',
      registers,
      collect() {
        this.set(inbox.health().isUp ? 1 : 0);
      },
    });
    new Gauge({
      name: `${prefix}inbox_silence_seconds`,
      help: 'Since an event, or another sign of life of the inbox, was last seen; -1: never.',
      registers,
      collect() {
        const { lastSeen } = inbox.health();
        this.set(lastSeen === null ? -1 : (inbox.clock.now() - lastSeen) / 1000);
      },
    });
    this.#events = new Counter({
      name: `${prefix}events_total`,
      help: 'Events that Redox pushed, by kind and by what became of them; refused: no right token.',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#unreadable = new Counter({
      name: `${prefix}events_unreadable_total`,
      help: 'Events that could not be read, and were recorded as that.',
      labelNames: ['reason'],
      registers,
    });
    this.#lag = new Histogram({
      name: `${prefix}event_lag_seconds`,
      help: "From Redox's time of an event to its recording.",
      buckets: LAG_SECONDS,
      registers,
    });
  }

  readonly event = ({ kind, outcome, reason, lagMs }: EventReport): void => {
    this.#events.inc({ kind: kind ?? 'unknown', outcome });
    if (reason !== null && outcome === 'recorded') this.#unreadable.inc({ reason });
    if (lagMs !== null) this.#lag.observe(lagMs / 1000);
  };

  /** A request without a valid token. */
  readonly refused = (): void => {
    this.#events.inc({ kind: 'unknown', outcome: 'refused' });
  };
}
