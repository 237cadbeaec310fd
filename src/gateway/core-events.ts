/** What the core reports, as log lines and metrics. */
import type { SchedulerEvents } from '../media/events.ts';
import type { GatewayLog } from '../telemetry/log.ts';
import type { GatewayMetrics } from '../telemetry/metrics.ts';

export function coreEvents(log: GatewayLog, metrics: GatewayMetrics): SchedulerEvents {
  return {
    onCall(event) {
      metrics.callStart(event);
      log.redoxCall(event);
    },
    onCallEnd(event) {
      metrics.callEnd(event);
      const { destination, strangers } = event;
      if (strangers > 0) log.strangers({ destination, count: strangers });
    },
    onIncident: metrics.incident,
    onBreaker(event) {
      metrics.breaker(event);
      log.breaker(event);
    },
  };
}
