/** A clock that runs as the machine's does, and skips days: nothing is remembered then, and all budgets are full. */
import { type Clock, createSystemClock } from '../../src/clock.ts';

export interface SkippingClock extends Clock {
  skipDay(): void;
}

/** Its wall time is the machine's: what was issued before a skip is as valid after it. */
export function startSkippingClock(): SkippingClock {
  const system = createSystemClock();
  let skippedMs = 0;
  return {
    ...system,
    now: () => system.now() + skippedMs,
    skipDay() {
      skippedMs += 24 * 3_600_000;
    },
  };
}
