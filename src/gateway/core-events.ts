/** Writes the events of the core to the log and the metrics. */
import type { Clock } from '../clock.ts';
import type { SchedulerEvents } from '../media/events.ts';
import type { GatewayLog } from '../telemetry/log.ts';
import type { GatewayMetrics } from '../telemetry/metrics.ts';

/** A destination without attribution has this with every query, so one line a minute is enough; the metric counts all. */
const UNATTRIBUTED_LOG_INTERVAL_MS = 60_000;

export function coreEvents(log: GatewayLog, metrics: GatewayMetrics, clock: Clock): SchedulerEvents {
  const loggedAt = new Map<string, number>();
  return {
    onCall(event) {
      metrics.callStart(event);
      log.redoxCall(event);
    },
    onCallEnd(event) {
      metrics.callEnd(event);
      const { destination, outcome, unmatched } = event;
      if (outcome !== 'answered' && outcome !== 'cancelled') log.redoxCallFailed(event);
      if (unmatched > 0) log.unmatchedItems({ destination, count: unmatched });
    },
    onIncident(event) {
      metrics.incident(event);
      const { destination, kind } = event;
      const now = clock.now();
      if (
        kind !== 'unattributed' ||
        now - (loggedAt.get(destination) ?? Number.NEGATIVE_INFINITY) < UNATTRIBUTED_LOG_INTERVAL_MS
      )
        return;
      loggedAt.set(destination, now);
      log.unattributed({ destination });
    },
    onBreaker(event) {
      metrics.breaker(event);
      log.breaker(event);
    },
  };
}
