/** Metrics of the events that Redox pushes. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { EventReport } from '../events/receiver.ts';

/** From what a network takes to an hour: Redox keeps events of a feed that is blocked. */
const LAG_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

export class EventMetrics {
  readonly #events: Counter;
  readonly #unreadable: Counter;
  readonly #lag: Histogram;

  constructor(registry: Registry, prefix: string) {
    const registers = [registry];
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

  /** A request without a right token. */
  readonly refused = (): void => {
    this.#events.inc({ kind: 'unknown', outcome: 'refused' });
  };
}
