/** Which slots callers hold, and how many are left to those who hold none: long calls of one caller do not keep the others waiting. */
import type { Clock } from '../../clock.ts';
import type { CallerParts } from './caller-turns.ts';

/** A caller that has had a call so lately is about to have another: people read a page, and dashboards poll. */
const RECENT_MS = 10_000;
/** Of all slots: so many are left free at most, as most of the callers of a moment ago come one after another. */
const MAX_LEFT_FREE = 1 / 4;
/** Parts of calls are fractions, whose sums are not exact. */
const TINY = 1e-6;

export class CallerSlots {
  readonly #maxCalls: number;
  readonly #clock: Clock;
  /** Parts of slots, by caller; a caller without any has no entry. */
  readonly #held = new Map<string, number>();
  /** When the last call ended of each caller that had one lately and has none now, in the order of those times. */
  readonly #idle = new Map<string, number>();

  constructor(maxCalls: number, clock: Clock) {
    this.#maxCalls = maxCalls;
    this.#clock = clock;
  }

  /**
   * Whether a call may have one of the free slots: a caller that holds some leaves one for every other that holds none and has had a
   * call lately. Alone it may take all of them.
   */
  mayAcquire(callers: CallerParts, free: number): boolean {
    if (free <= 0) return false;
    for (const caller of callers.keys()) if (!this.#held.has(caller)) return true;
    this.#forgetPast();
    return free > Math.min(this.#idle.size, Math.floor(this.#maxCalls * MAX_LEFT_FREE));
  }

  /** Whether all callers of a call hold as many slots as each caller would, if they held equally many. */
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
