/** Logs events that could not be read or recorded, or were missed: at most once a minute for each reason. */
import type { Clock } from '../clock.ts';
import type { EventReport } from '../events/receiver.ts';
import type { GatewayLog } from '../telemetry/log.ts';
import { LinePauses } from './line-pauses.ts';

export interface EventLog {
  event(event: EventReport): void;
  missed(): void;
}

export function createEventLog(
  log: Pick<GatewayLog, 'eventUnreadable' | 'eventsNotRecorded' | 'eventsMissed'>,
  clock: Clock,
): EventLog {
  const pauses = new LinePauses(clock);
  return {
    event({ outcome, reason, destination }) {
      if (outcome === 'failed' && pauses.allow('failed')) log.eventsNotRecorded();
      if (outcome === 'recorded' && reason !== null && pauses.allow(reason)) {
        log.eventUnreadable({ reason, destination });
      }
    },
    missed() {
      if (pauses.allow('missed')) log.eventsMissed();
    },
  };
}
