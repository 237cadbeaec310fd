/** At most one log line a minute about the same thing: what goes wrong once often goes wrong all day, and the metrics count all. */
import type { Clock } from '../clock.ts';

const PAUSE_MS = 60_000;

export class LinePauses {
  readonly #clock: Clock;
  /** By what the lines are about: aliases and reasons, of which there are few. */
  readonly #writtenAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a line about this may be written now; it then counts as written. */
  allow(about: string): boolean {
    const now = this.#clock.now();
    if (now - (this.#writtenAt.get(about) ?? Number.NEGATIVE_INFINITY) < PAUSE_MS) return false;
    this.#writtenAt.set(about, now);
    return true;
  }
}
