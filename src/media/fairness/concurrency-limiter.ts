/**
 * Limits the calls in flight, and shares the slots fairly among destinations, among callers, and between queries and downloads.
 */
import type { Clock } from '../../clock.ts';
import { CallerSlots } from './caller-slots.ts';
import type { CallerParts } from './caller-turns.ts';

/** The part of a destination's queue that matters here. */
interface Busy {
  readonly inFlight: { readonly slotsTaken: number };
}

/** `aside`: the call takes so long that it is counted separately. */
export type Slot = 'none' | 'taken' | 'aside';

/** A call that needs a slot. */
export interface SlotSeeker {
  readonly callers: CallerParts;
  /** The caller to whom it relays a file, as fast as that caller reads; null for all other calls. */
  readonly relayedTo: string | null;
}

/** Whether a call may have a slot. */
export type MayStart = (seeker: SlotSeeker) => boolean;

/** A call in flight. */
interface SlotHolder extends SlotSeeker {
  /** Whether it repeats a slow call that is still in flight. */
  readonly isRepetition: boolean;
  slot: Slot;
  /** Its callers when it took the slot: others may have joined the call since. */
  slotOf: CallerParts | null;
}

export class ConcurrencyLimiter {
  readonly #maxCalls: number;
  readonly #callers: CallerSlots;
  #taken = 0;
  #takenByRelays = 0;
  /** The number of slots that relays of each caller hold; a caller without any has no entry. */
  readonly #relaysOf = new Map<string, number>();
  #takenByRepetitions = 0;
  #aside = 0;

  constructor(maxCalls: number, clock: Clock) {
    this.#maxCalls = maxCalls;
    this.#callers = new CallerSlots(maxCalls, clock);
  }

  /** Whether the callers of the call may take a slot for it. */
  admits({ callers, relayedTo }: SlotSeeker): boolean {
    if (!this.#callers.mayAcquire(callers, this.#maxCalls - this.#taken)) return false;
    return relayedTo === null || this.mayRelayTo(relayedTo);
  }

  /** Whether several callers hold slots. */
  get isShared(): boolean {
    return this.#callers.isShared;
  }

  /**
   * Whether the call has priority: `admits` is true, and at least one of its callers does not hold its equal share of the slots
   * yet.
   */
  prefers(seeker: SlotSeeker): boolean {
    return !this.#callers.haveTheirShare(seeker.callers) && this.admits(seeker);
  }

  /**
   * A queue leaves one free slot for every other queue that has none, so that a destination whose calls hang never blocks the
   * others. At most half of all slots are reserved in this way, so that many idle destinations do not throttle a busy one.
   */
  hasFreeSlotFor(queue: Busy, queues: readonly Busy[]): boolean {
    const free = this.#maxCalls - this.#taken;
    if (queue.inFlight.slotsTaken === 0) return free > 0;
    const quiet = queues.filter(({ inFlight }) => inFlight.slotsTaken === 0).length;
    return free > Math.min(quiet, Math.floor(this.#maxCalls / 2));
  }

  /**
   * A relay lasts as long as its client takes to read, so half of all slots are kept free of relays. One caller may take the
   * other half; further callers still get a part, up to three quarters of all slots.
   */
  mayRelayTo(caller: string): boolean {
    const half = Math.max(1, Math.floor(this.#maxCalls / 2));
    if (this.#takenByRelays < half) return true;
    const held = this.#relaysOf.get(caller) ?? 0;
    const callers = this.#relaysOf.size + (held === 0 ? 1 : 0);
    return this.#takenByRelays < Math.floor((this.#maxCalls * 3) / 4) && held < Math.floor(half / callers);
  }

  /** Whether a slow call may be repeated. The repetition may be slow too, so most slots are kept free of repetitions. */
  get mayRepeat(): boolean {
    return this.hasFreeSlot && this.#takenByRepetitions < Math.max(1, Math.floor(this.#maxCalls / 4));
  }

  get hasFreeSlot(): boolean {
    return this.#taken < this.#maxCalls;
  }

  /** Whether at most half of the slots are taken. */
  get hasPlenty(): boolean {
    return this.#taken <= this.#maxCalls / 2;
  }

  acquire(holder: SlotHolder): void {
    holder.slot = 'taken';
    holder.slotOf = holder.callers;
    this.#callers.acquire(holder.slotOf);
    this.#taken += 1;
    this.#countRelay(holder, 1);
    if (holder.isRepetition) this.#takenByRepetitions += 1;
  }

  /**
   * Counts a call that takes far too long separately, so that it no longer keeps others from starting. As many calls may be set
   * aside as there are slots.
   */
  setAside(holder: SlotHolder): boolean {
    if (holder.slot !== 'taken' || this.#aside >= this.#maxCalls) return false;
    holder.slot = 'aside';
    this.#taken -= 1;
    this.#releaseOf(holder);
    this.#aside += 1;
    return true;
  }

  release(holder: SlotHolder): void {
    if (holder.slot === 'aside') this.#aside -= 1;
    if (holder.slot === 'taken') {
      this.#taken -= 1;
      this.#releaseOf(holder);
      this.#countRelay(holder, -1);
      if (holder.isRepetition) this.#takenByRepetitions -= 1;
    }
    holder.slot = 'none';
  }

  #releaseOf(holder: SlotHolder): void {
    if (holder.slotOf !== null) this.#callers.release(holder.slotOf);
    holder.slotOf = null;
  }

  #countRelay({ relayedTo }: SlotHolder, change: 1 | -1): void {
    if (relayedTo === null) return;
    this.#takenByRelays += change;
    const left = (this.#relaysOf.get(relayedTo) ?? 0) + change;
    if (left > 0) this.#relaysOf.set(relayedTo, left);
    else this.#relaysOf.delete(relayedTo);
  }
}
