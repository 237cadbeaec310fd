/** A failed call that goes on in halves: tells failures for its length from those that one value of the list causes. */

import type { Box, Dimension } from '../model/box.ts';
import { LIMITED } from '../planning/plan.ts';

export type LimitedDimension = (typeof LIMITED)[number];

/** `refused`: because of what it asks; `late`: not answered in time, which may have had any reason. */
export type SplitCause = 'refused' | 'late';

/** A list that failed while all of its pieces were answered. */
export interface TooLong {
  readonly dimension: LimitedDimension;
  readonly length: number;
  readonly longestPiece: number;
  readonly cause: SplitCause;
  /** When the call with all of it was sent, in milliseconds of the scheduler's clock. */
  readonly startedAt: number;
}

export interface HalvingListener {
  /** The destination's. */
  readonly unproven: UnprovenPieces;
  /** The length was the reason. */
  onTooLong(list: TooLong): void;
  /** A half of a refused call was answered. */
  onProof(): void;
  /** One value failed, while others beside which it was asked were answered. */
  onCulprit(box: Box): void;
  /** A call was refused, and none of all its pieces was answered: neither its length nor one value is the reason. */
  onAllRefused(): void;
}

/** The call that is split. */
interface SplitCall {
  readonly dimension: Dimension;
  readonly length: number;
  readonly cause: SplitCause;
  readonly startedAt: number;
}

/**
 * So many pieces of calls are under way at once at a destination while no piece of their call was answered: the rest would most
 * likely fail as well, and what is learned from the first answered one may spare them.
 */
const MAX_UNPROVEN_PIECES = 4;

/** Of a call of which some were answered: as many more for each of those. */
const PIECES_AT_ONCE = 2;

/** One destination's pieces of calls of which none was answered yet. */
export interface UnprovenPieces {
  inFlight: number;
}

/** What is known of all the pieces of one call. */
class Pieces {
  isAbandoned = false;
  /** Single values that failed, while nothing was answered. */
  suspects: Box[] = [];
  #passed = 0;
  #inFlight = 0;
  readonly #unproven: UnprovenPieces;

  constructor(unproven: UnprovenPieces) {
    this.#unproven = unproven;
  }

  get hasPassed(): boolean {
    return this.#passed > 0;
  }

  get admitOne(): boolean {
    if (!this.hasPassed) return this.#unproven.inFlight < MAX_UNPROVEN_PIECES;
    return this.#inFlight < PIECES_AT_ONCE * (1 + this.#passed);
  }

  count(change: 1 | -1): void {
    this.#inFlight += change;
    if (!this.hasPassed) this.#unproven.inFlight += change;
  }

  recordPass(): void {
    if (!this.hasPassed) this.#unproven.inFlight -= this.#inFlight;
    this.#passed += 1;
  }
}

export class Halving {
  readonly #call: SplitCall;
  readonly #parent: Halving | null;
  readonly #listener: HalvingListener;
  readonly #pieces: Pieces;
  #openHalves = 2;
  #hasPassed = false;
  #hasFailed = false;
  #longestPiece = 0;

  /** `parent`: where the call that failed is itself a half. */
  constructor(call: SplitCall, parent: Halving | null, listener: HalvingListener) {
    this.#call = call;
    this.#parent = parent;
    this.#listener = listener;
    this.#pieces = parent === null ? new Pieces(listener.unproven) : parent.#pieces;
  }

  /** Whether one more half may be sent now. */
  get admits(): boolean {
    return this.#pieces.admitOne;
  }

  recordStart(): void {
    this.#pieces.count(1);
  }

  recordEnd(): void {
    this.#pieces.count(-1);
  }

  /** One half was answered. */
  recordSuccess(box: Box): void {
    this.#pieces.recordPass();
    for (const suspect of this.#pieces.suspects.splice(0)) this.#listener.onCulprit(suspect);
    if (!this.#hasPassed && this.#call.cause === 'refused') this.#listener.onProof();
    this.#hasPassed = true;
    const values = box[this.#call.dimension];
    this.#close(false, values === 'all' ? 0 : values.size);
  }

  /** One half failed for good: nothing can be concluded about the length. `culprit`: it asked for one value, which is the reason. */
  recordFailure(culprit: Box | null): void {
    if (culprit !== null && this.#pieces.hasPassed) this.#listener.onCulprit(culprit);
    else if (culprit !== null) this.#pieces.suspects.push(culprit);
    this.#close(true, 0);
  }

  /** One half is not wanted any more, or is asked in another way: nothing can be concluded from it. */
  abandon(): void {
    this.#pieces.isAbandoned = true;
    this.#close(true, 0);
  }

  #close(hasFailed: boolean, longestPiece: number): void {
    this.#hasFailed ||= hasFailed;
    this.#longestPiece = Math.max(this.#longestPiece, longestPiece);
    this.#openHalves -= 1;
    if (this.#openHalves > 0) return;
    if (!this.#hasFailed) this.#tellLength();
    if (this.#parent) this.#parent.#close(this.#hasFailed, this.#longestPiece);
    else if (this.#isRefusedInAllPieces) this.#listener.onAllRefused();
  }

  /** Late ones each count by themselves. */
  get #isRefusedInAllPieces(): boolean {
    const { hasPassed, isAbandoned } = this.#pieces;
    return this.#call.cause === 'refused' && !hasPassed && !isAbandoned;
  }

  #tellLength(): void {
    const { length, cause, startedAt } = this.#call;
    const dimension = LIMITED.find((one) => one === this.#call.dimension);
    if (dimension === undefined) return;
    this.#listener.onTooLong({ dimension, length, longestPiece: this.#longestPiece, cause, startedAt });
  }
}
