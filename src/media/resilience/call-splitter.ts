/** Splits failed calls of one destination, within its budget, and learns from the pieces: what was too long, and what is refused. */
import type { Clock } from '../../clock.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import type { Box } from '../model/box.ts';
import { type LongList, longestList } from '../planning/cut.ts';
import type { Culprits } from './culprits.ts';
import { Halving, type TooLong, type UnprovenPieces } from './halving.ts';
import { SplitBudget } from './split-budget.ts';

export interface CallSplitterOptions {
  readonly clock: Clock;
  readonly culprits: Culprits;
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
  readonly #unproven: UnprovenPieces = { inFlight: 0 };

  constructor(options: CallSplitterOptions) {
    this.#options = options;
    this.#budget = new SplitBudget(options.clock);
  }

  /** Whether a failed call may be split. */
  get maySplit(): boolean {
    return this.#budget.hasRoom;
  }

  /** Whether the call asks for what was refused lately, and for nothing else. */
  isCulprit({ box }: Pick<SplittableCall, 'box'>): boolean {
    return this.#options.culprits.culpritIn(box) !== null;
  }

  /** The call failed with `error`, and goes on in halves of the list. Returns what the halves tell how they end. */
  split({ half, startedAt }: SplittableCall, { dimension, values }: LongList, error: unknown): Halving {
    const { culprits, onTooLong, onAllRefused } = this.#options;
    const cause = error instanceof RedoxError && error.code === 'UPSTREAM_TIMEOUT' ? 'late' : 'refused';
    this.#budget.recordSplit();
    return new Halving({ dimension, length: values.size, cause, startedAt }, half, {
      unproven: this.#unproven,
      onTooLong,
      onProof: () => this.#budget.recordProof(),
      onCulprit: (box) => culprits.note(box),
      onAllRefused,
    });
  }

  /** A call was answered. */
  recordSuccess({ box, half }: SplittableCall): void {
    this.#options.culprits.forget(box);
    half?.recordSuccess(box);
  }

  /** What asks for one value only, and fails for what it asks, is remembered where others were answered, or for longer. */
  recordFailure(call: SplittableCall, error: unknown): void {
    const isOfQuery = error instanceof RedoxError && error.splittable && longestList(call.box) === null;
    if (call.half !== null) call.half.recordFailure(isOfQuery ? call.box : null);
    else if (isOfQuery && this.isCulprit(call)) this.#options.culprits.note(call.box);
  }
}
