/** Splits failed calls of one destination, within its budget, and learns from the pieces: what was too long, and what is refused. */
import type { Clock } from '../../clock.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import type { Box } from '../model/box.ts';
import { type LongList, longestList } from '../planning/cut.ts';
import { Culprits } from './culprits.ts';
import { Halving, type TooLong, type UnprovenPieces } from './halving.ts';
import { SplitBudget } from './split-budget.ts';

export interface CallSplitterOptions {
  readonly clock: Clock;
  /** An HMAC of a text: what is remembered of patients is remembered by it. */
  readonly hash: (text: string) => string;
  /** A list failed while all of its pieces were answered. */
  readonly onTooLong: (list: TooLong) => void;
  /** A call was refused, and so were all the pieces that it was split into. */
  readonly onAllRefused: () => void;
}

/** What splitting knows of a call. */
interface SplittableCall {
  readonly box: Box;
  /** The call that failed and was split, of which this one asks half. */
  readonly half: Halving | null;
  /** When it was sent, in milliseconds of the clock. */
  readonly startedAt: number;
}

export class CallSplitter {
  readonly #options: CallSplitterOptions;
  readonly #budget: SplitBudget;
  readonly #culprits: Culprits;
  readonly #unproven: UnprovenPieces = { inFlight: 0 };

  constructor(options: CallSplitterOptions) {
    this.#options = options;
    this.#budget = new SplitBudget(options.clock);
    this.#culprits = new Culprits(options.clock, options.hash);
  }

  /** Whether a failed call may be split. */
  get maySplit(): boolean {
    return this.#budget.hasRoom;
  }

  /** The box in pieces: one for each value in it that was refused lately, whatever stood beside it, and the rest. */
  cutOutCulprits(box: Box): readonly Box[] {
    return this.#culprits.cut(box);
  }

  /** The key of the value refused lately that the box asks for; null when it asks for none, or for others as well. */
  culpritIn(box: Box): string | null {
    return this.#culprits.culpritIn(box);
  }

  /** The call failed with `error`, and goes on in halves of the list. Returns what the halves tell how they end. */
  split({ half, startedAt }: SplittableCall, { dimension, values }: LongList, error: unknown): Halving {
    const { onTooLong, onAllRefused } = this.#options;
    const cause = error instanceof RedoxError && error.code === 'UPSTREAM_TIMEOUT' ? 'late' : 'refused';
    this.#budget.recordSplit();
    return new Halving({ dimension, length: values.size, cause, startedAt }, half, {
      unproven: this.#unproven,
      onTooLong,
      onProof: () => this.#budget.recordProof(),
      onCulprit: (box) => this.#culprits.note(box),
      onAllRefused,
    });
  }

  /** A call was answered. */
  recordSuccess({ box, half }: SplittableCall): void {
    this.#culprits.forget(box);
    half?.recordSuccess(box);
  }

  /** What asks for one value only, and fails for what it asks, is remembered where others were answered, or for longer. */
  recordFailure(call: SplittableCall, error: unknown): void {
    const isOfQuery = error instanceof RedoxError && error.splittable && longestList(call.box) === null;
    if (call.half !== null) call.half.recordFailure(isOfQuery ? call.box : null);
    else if (isOfQuery && this.culpritIn(call.box) !== null) this.#culprits.note(call.box);
  }
}
