/** Limits log lines about the same subject to one a minute: a fault often lasts all day, and the metrics count every occurrence. */
import type { Clock } from '../clock.ts';

const PAUSE_MS = 60_000;

export class LinePauses {
  readonly #clock: Clock;
  /** By the subject of the lines: aliases and reasons, of which there are few. */
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
