/** Splits failed calls of one destination, within its budget, and learns from the pieces: what was too long, and what is refused. */
import type { Clock } from '../../clock.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import type { Box } from '../model/box.ts';
import { type LongList, longestList } from '../planning/cut.ts';
import { Culprits } from './culprits.ts';
import { Halving, type TooLong, type UnprovenPieces } from './halving.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * Splits that have not led to an answered half. A destination that fails every call would otherwise be sent two calls in place of
 * each, and so on down to single patients, when it can bear that least. Finding one length, or one culprit, takes seven in a list of
 * 100, and as many lists as there are slots by default may fail at one time. One a second adds two calls to Redox's 25.
 */
const UNPROVEN_SPLITS = { maxTokens: 32, tokensPerSecond: 1 };

/** A destination may also refuse at random. A fifth of Redox's default quota of 25 calls a second. */
const SPLITS = { maxTokens: 100, tokensPerSecond: 5 };

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
  readonly #splits: TokenBucket;
  readonly #unprovenSplits: TokenBucket;
  readonly #culprits: Culprits;
  readonly #unproven: UnprovenPieces = { inFlight: 0 };

  constructor(options: CallSplitterOptions) {
    this.#options = options;
    this.#splits = new TokenBucket(SPLITS, options.clock);
    this.#unprovenSplits = new TokenBucket(UNPROVEN_SPLITS, options.clock);
    this.#culprits = new Culprits(options.clock, options.hash);
  }

  /** Whether a failed call may be split. */
  get maySplit(): boolean {
    return !this.#splits.isEmpty && !this.#unprovenSplits.isEmpty;
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
    this.#splits.take();
    this.#unprovenSplits.take();
    return new Halving({ dimension, length: values.size, cause, startedAt }, half, {
      unproven: this.#unproven,
      onTooLong,
      onProof: () => this.#unprovenSplits.release(),
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
