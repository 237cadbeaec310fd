/** Writes the events that the core reports, and attempts to get a token that failed, to the log and the metrics. */
import type { Clock } from '../clock.ts';
import type { SchedulerEvents } from '../media/events.ts';
import type { GatewayLog } from '../telemetry/log.ts';
import type { GatewayMetrics } from '../telemetry/metrics.ts';
import { LinePauses } from './line-pauses.ts';

/** What is done with each attempt to get an access token that failed. */
export function tokenFailures(
  log: GatewayLog,
  metrics: GatewayMetrics,
  clock: Clock,
): (error: unknown) => void {
  const pauses = new LinePauses(clock);
  return (error) => {
    metrics.tokenNotGranted();
    if (pauses.allow('token')) log.tokenNotGranted({ error });
  };
}

export function coreEvents(log: GatewayLog, metrics: GatewayMetrics, clock: Clock): SchedulerEvents {
  // A destination without attribution has this with every query.
  const unattributed = new LinePauses(clock);
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
      if (kind === 'unattributed' && unattributed.allow(destination)) log.unattributed({ destination });
    },
    onBreaker(event) {
      metrics.breaker(event);
      log.breaker(event);
    },
  };
}
