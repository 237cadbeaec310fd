/** Bounds the calls in flight, and shares the slots fairly between destinations, callers, and queries and downloads. */
import type { Clock } from '../../clock.ts';
import { CallerSlots } from './caller-slots.ts';
import type { CallerParts } from './caller-turns.ts';

/** The part of a destination's queue that counts here. */
interface Busy {
  readonly inFlight: { readonly slotsTaken: number };
}

/** `aside`: it takes so long that it no longer counts with the others. */
export type Slot = 'none' | 'taken' | 'aside';

/** A call that may take a slot. */
export interface SlotSeeker {
  readonly callers: CallerParts;
  /** Whose file it passes on, as fast as that caller reads; null for all other calls. */
  readonly relayedTo: string | null;
}

/** Whether a call may have a slot. */
export type MayStart = (seeker: SlotSeeker) => boolean;

/** A call in flight. */
interface SlotHolder extends SlotSeeker {
  /** Of a slow call, which goes on meanwhile. */
  readonly isRepetition: boolean;
  slot: Slot;
  /** Its callers when it took the slot: others may have joined it since. */
  slotOf: CallerParts | null;
}

export class ConcurrencyLimiter {
  readonly #maxCalls: number;
  readonly #callers: CallerSlots;
  #taken = 0;
  #takenByRelays = 0;
  /** Slots taken by relays, by caller; a caller without any has no entry. */
  readonly #relaysOf = new Map<string, number>();
  #takenByRepetitions = 0;
  #aside = 0;

  constructor(maxCalls: number, clock: Clock) {
    this.#maxCalls = maxCalls;
    this.#callers = new CallerSlots(maxCalls, clock);
  }

  /** Whether its callers may have a slot for the call. */
  admits({ callers, relayedTo }: SlotSeeker): boolean {
    if (!this.#callers.mayAcquire(callers, this.#maxCalls - this.#taken)) return false;
    return relayedTo === null || this.mayRelayTo(relayedTo);
  }

  /** Whether several callers hold slots. */
  get isShared(): boolean {
    return this.#callers.isShared;
  }

  /** As `admits`, for what goes first: a call of which not all callers hold their equal share of the slots already. */
  prefers(seeker: SlotSeeker): boolean {
    return !this.#callers.haveTheirShare(seeker.callers) && this.admits(seeker);
  }

  /**
   * A queue leaves one free slot for every other queue that has none, so that a destination whose calls hang never keeps
   * the others waiting; but no more than half of all, so that many quiet destinations do not throttle a busy one.
   */
  hasFreeSlotFor(queue: Busy, queues: readonly Busy[]): boolean {
    const free = this.#maxCalls - this.#taken;
    if (queue.inFlight.slotsTaken === 0) return free > 0;
    const quiet = queues.filter(({ inFlight }) => inFlight.slotsTaken === 0).length;
    return free > Math.min(quiet, Math.floor(this.#maxCalls / 2));
  }

  /**
   * A relay lasts as long as its client takes to read, so half of all slots are kept free of them. One caller may take that half;
   * others have their part of it all the same, up to three quarters of all slots.
   */
  mayRelayTo(caller: string): boolean {
    const half = Math.max(1, Math.floor(this.#maxCalls / 2));
    if (this.#takenByRelays < half) return true;
    const held = this.#relaysOf.get(caller) ?? 0;
    const callers = this.#relaysOf.size + (held === 0 ? 1 : 0);
    return this.#takenByRelays < Math.floor((this.#maxCalls * 3) / 4) && held < Math.floor(half / callers);
  }

  /** Whether a slow call may be repeated. It may be slow again, so most slots are kept free of repetitions. */
  get mayRepeat(): boolean {
    return this.hasFreeSlot && this.#takenByRepetitions < Math.max(1, Math.floor(this.#maxCalls / 4));
  }

  get hasFreeSlot(): boolean {
    return this.#taken < this.#maxCalls;
  }

  /** Whether no more than half of the slots are taken. */
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

  /** A call that takes far too long no longer keeps others from starting. As many may be aside as may be in flight otherwise. */
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
