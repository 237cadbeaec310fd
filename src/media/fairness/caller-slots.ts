/**
 * Counts the slots that each caller holds, and reserves slots for callers that hold none, so that long calls of one caller do not
 * keep the others waiting.
 */
import type { Clock } from '../../clock.ts';
import type { CallerParts } from './caller-turns.ts';

/** A caller that had a call so recently will soon have another: people read a page, and dashboards poll. */
const RECENT_MS = 10_000;
/** The fraction of all slots that is reserved at most, as most of the recent callers come one after another. */
const MAX_LEFT_FREE = 1 / 4;
/** Parts of calls are fractions, whose sums are not exact. */
const TINY = 1e-6;

export class CallerSlots {
  readonly #maxCalls: number;
  readonly #clock: Clock;
  /** The sum of the parts of slots that each caller holds; a caller without any has no entry. */
  readonly #held = new Map<string, number>();
  /** The time of the last call of each caller that had one recently and has none now, in the order of these times. */
  readonly #idle = new Map<string, number>();

  constructor(maxCalls: number, clock: Clock) {
    this.#maxCalls = maxCalls;
    this.#clock = clock;
  }

  /**
   * Whether a call may have one of the free slots: a caller that holds slots leaves one for every other recent caller that holds
   * none. A single caller may take all slots.
   */
  mayAcquire(callers: CallerParts, free: number): boolean {
    if (free <= 0) return false;
    for (const caller of callers.keys()) if (!this.#held.has(caller)) return true;
    this.#forgetPast();
    return free > Math.min(this.#idle.size, Math.floor(this.#maxCalls * MAX_LEFT_FREE));
  }

  /** Whether every caller of the call holds at least its equal share of the slots. */
  haveTheirShare(callers: CallerParts): boolean {
    const share = this.#maxCalls / Math.max(1, this.#held.size);
    for (const caller of callers.keys()) if ((this.#held.get(caller) ?? 0) + TINY < share) return false;
    return true;
  }

  /** Whether several callers hold slots. */
  get isShared(): boolean {
    return this.#held.size > 1;
  }

  acquire(callers: CallerParts): void {
    for (const [caller, part] of callers) {
      this.#held.set(caller, (this.#held.get(caller) ?? 0) + part);
      this.#idle.delete(caller);
    }
  }

  release(callers: CallerParts): void {
    for (const [caller, part] of callers) {
      const left = (this.#held.get(caller) ?? 0) - part;
      if (left > TINY) this.#held.set(caller, left);
      else {
        this.#held.delete(caller);
        this.#idle.set(caller, this.#clock.now());
      }
    }
    this.#forgetPast();
  }

  #forgetPast(): void {
    const past = this.#clock.now() - RECENT_MS;
    for (const [caller, endedAt] of this.#idle) {
      if (endedAt > past) return;
      this.#idle.delete(caller);
    }
  }
}
