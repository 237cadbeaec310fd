/** A failed call that was split in halves: finds out whether the list was too long, or one of its values made the call fail. */

import { type Box, type Dimension, listedIn } from '../model/box.ts';
import { LIMITED } from '../planning/plan.ts';

export type LimitedDimension = (typeof LIMITED)[number];

/** `refused`: because of what the call asks; `timed-out`: it was not answered in time, for whatever reason. */
export type SplitCause = 'refused' | 'timed-out';

/** A list that failed although each of its pieces was answered. */
export interface TooLong {
  readonly dimension: LimitedDimension;
  readonly length: number;
  readonly longestPiece: number;
  readonly cause: SplitCause;
  /** When the call with the whole list was sent, in milliseconds of the scheduler's clock. */
  readonly startedAt: number;
}

export interface HalvingListener {
  /** Shared by all splits of the destination. */
  readonly unproven: UnprovenPieces;
  /** The whole call failed because of its length. */
  onTooLong(list: TooLong): void;
  /** The first half of a refused call was answered. */
  onHalfAnswered(): void;
  /** The call for this one value failed, while another piece of the same list was answered. */
  onCulprit(box: Box): void;
  /** A call was refused, and none of its pieces was answered: neither its length nor a single value is the reason. */
  onAllRefused(): void;
}

/** The call that was split. */
interface SplitCall {
  readonly dimension: Dimension;
  readonly length: number;
  readonly cause: SplitCause;
  readonly startedAt: number;
}

/**
 * How many pieces may be in flight at one destination whose calls have no answered piece yet. Further pieces would most likely
 * fail as well, and what is learned from the first answered one may make them unnecessary.
 */
const MAX_UNPROVEN_PIECES = 4;

/** How many pieces of a call may be in flight once one of them was answered; each answered piece allows as many more. */
const PIECES_PER_ANSWERED = 2;

/** Counts one destination's pieces of calls that have no answered piece yet. */
export interface UnprovenPieces {
  inFlight: number;
}

/** The state of all pieces of one call. */
class Pieces {
  isAbandoned = false;
  /** Boxes of single values that failed before any piece was answered. */
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

  get hasRoom(): boolean {
    if (!this.hasPassed) return this.#unproven.inFlight < MAX_UNPROVEN_PIECES;
    return this.#inFlight < PIECES_PER_ANSWERED * (1 + this.#passed);
  }

  countInFlight(change: 1 | -1): void {
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

  /** `parent`: the split that the failed call was itself half of; null when it was no half. */
  constructor(call: SplitCall, parent: Halving | null, listener: HalvingListener) {
    this.#call = call;
    this.#parent = parent;
    this.#listener = listener;
    this.#pieces = parent === null ? new Pieces(listener.unproven) : parent.#pieces;
  }

  /** Whether one more half may be sent now. */
  get admits(): boolean {
    return this.#pieces.hasRoom;
  }

  recordStart(): void {
    this.#pieces.countInFlight(1);
  }

  recordEnd(): void {
    this.#pieces.countInFlight(-1);
  }

  /** Records that one half was answered. */
  recordSuccess(box: Box): void {
    this.#pieces.recordPass();
    for (const suspect of this.#pieces.suspects.splice(0)) this.#listener.onCulprit(suspect);
    if (!this.#hasPassed && this.#call.cause === 'refused') this.#listener.onHalfAnswered();
    this.#hasPassed = true;
    const values = box[this.#call.dimension];
    this.#closeHalf(false, values === 'all' ? 0 : values.size);
  }

  /**
   * Records that one half failed for good, so that nothing can be concluded about the length. `culprit`: the half's box, when the
   * half asked for one value and failed because of it; otherwise null.
   */
  recordFailure(culprit: Box | null): void {
    if (culprit !== null && this.#pieces.hasPassed) this.#listener.onCulprit(culprit);
    else if (culprit !== null) this.#pieces.suspects.push(culprit);
    this.#closeHalf(true, 0);
  }

  /**
   * Records that one half was cancelled, as no operation waited for it any more. If the whole list was late, another piece of it was
   * answered, and this half was waited for until the deadline, one of its values is what takes so long, and each is a suspect: the
   * next operation would wait for all in vain, too.
   */
  recordCancellation(box: Box, hasReachedDeadline: boolean): void {
    const { dimension, cause } = this.#call;
    if (hasReachedDeadline && cause === 'timed-out' && this.#pieces.hasPassed) {
      for (const value of listedIn<string>(box[dimension]))
        this.#listener.onCulprit({ ...box, [dimension]: new Set([value]) });
    }
    this.#closeHalf(true, 0);
  }

  /** Records that one half is no longer needed, or was replaced by other calls, so that nothing can be concluded from it. */
  abandon(): void {
    this.#pieces.isAbandoned = true;
    this.#closeHalf(true, 0);
  }

  #closeHalf(hasFailed: boolean, longestPiece: number): void {
    this.#hasFailed ||= hasFailed;
    this.#longestPiece = Math.max(this.#longestPiece, longestPiece);
    this.#openHalves -= 1;
    if (this.#openHalves > 0) return;
    if (!this.#hasFailed) this.#reportTooLong();
    if (this.#parent) this.#parent.#closeHalf(this.#hasFailed, this.#longestPiece);
    else if (this.#isRefusedInAllPieces) this.#listener.onAllRefused();
  }

  /** False after a timeout: each piece that times out and is not split counts in the circuit breakers by itself. */
  get #isRefusedInAllPieces(): boolean {
    const { hasPassed, isAbandoned } = this.#pieces;
    return this.#call.cause === 'refused' && !hasPassed && !isAbandoned;
  }

  #reportTooLong(): void {
    const { length, cause, startedAt } = this.#call;
    const dimension = LIMITED.find((one) => one === this.#call.dimension);
    if (dimension === undefined) return;
    this.#listener.onTooLong({ dimension, length, longestPiece: this.#longestPiece, cause, startedAt });
  }
}
