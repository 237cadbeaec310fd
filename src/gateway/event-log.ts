/** Log lines about events that could not be read, or recorded, or were missed: at most one a minute for each reason. */
import type { Clock } from '../clock.ts';
import type { EventReport } from '../events/receiver.ts';
import type { GatewayLog } from '../telemetry/log.ts';

/** What a hospital sends wrongly, it sends all day; the metric counts all. */
const LOG_INTERVAL_MS = 60_000;

export interface EventLog {
  event(event: EventReport): void;
  missed(): void;
}

export function createEventLog(
  log: Pick<GatewayLog, 'eventUnreadable' | 'eventsNotRecorded' | 'eventsMissed'>,
  clock: Clock,
): EventLog {
  const loggedAt = new Map<string, number>();
  const isDue = (what: string) => {
    const now = clock.now();
    if (now - (loggedAt.get(what) ?? Number.NEGATIVE_INFINITY) < LOG_INTERVAL_MS) return false;
    loggedAt.set(what, now);
    return true;
  };
  return {
    event({ outcome, reason, destination }) {
      if (outcome === 'failed' && isDue('failed')) log.eventsNotRecorded();
      if (outcome === 'recorded' && reason !== null && isDue(reason)) {
        log.eventUnreadable({ reason, destination });
      }
    },
    missed() {
      if (isDue('missed')) log.eventsMissed();
    },
  };
}
