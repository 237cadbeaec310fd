/** Splits failed calls of one destination within a budget, and learns which lists are too long and which values fail. */
import type { Clock } from '../../clock.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import type { Box } from '../model/box.ts';
import { type LongList, longestList } from '../planning/cut.ts';
import { Culprits } from './culprits.ts';
import { Halving, type TooLong, type UnprovenPieces } from './halving.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * The budget for splits of which no half has been answered yet. Without it, a destination that fails every call would receive two
 * calls for each failed one, down to single patients, while it is overloaded. Finding one length limit or one culprit in a list
 * of 100 takes seven splits, and as many lists as there are slots by default may fail at the same time. One split a second adds
 * two calls to the 25 of Redox's default quota.
 */
const UNPROVEN_SPLITS = { maxTokens: 32, tokensPerSecond: 1 };

/**
 * The budget for all splits, since a destination may also fail calls at random: a fifth of Redox's default of 25 calls a second.
 */
const SPLITS = { maxTokens: 100, tokensPerSecond: 5 };

/**
 * How much earlier than its time an operation's deadline may come: timers count from the beginning of the turn of the event loop
 * in which they are set, and a turn takes some tens of milliseconds under load.
 */
const MAX_EARLY_MS = 100;

export interface CallSplitterOptions {
  readonly clock: Clock;
  /** Returns an HMAC of a text. Values that concern patients are stored only as their HMACs. */
  readonly hash: (text: string) => string;
  /** Called when a list failed although each of its pieces was answered. */
  readonly onTooLong: (list: TooLong) => void;
  /** Called when a call and all the pieces that it was split into were refused. */
  readonly onAllRefused: () => void;
}

/** The properties of a call that splitting depends on. */
interface SplittableCall {
  readonly box: Box;
  /** The split that this call is half of; null for a call that is no half. */
  readonly half: Halving | null;
  /** When the call was sent, in milliseconds of the clock. */
  readonly startedAt: number;
  /** The deadline of the operation that was the last to wait for the call; null while any operation waits. */
  readonly lastWaiterDeadline: number | null;
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

  /** Whether both budgets allow one more split. */
  get maySplit(): boolean {
    return !this.#splits.isEmpty && !this.#unprovenSplits.isEmpty;
  }

  /** Cuts a box into one piece for each known culprit in it, and one piece for all other values. */
  cutOutCulprits(box: Box): readonly Box[] {
    return this.#culprits.cut(box);
  }

  /** Returns the key of the known culprit that the box asks for; null when it asks for none, or for other values as well. */
  findCulprit(box: Box): string | null {
    return this.#culprits.findCulprit(box);
  }

  /** Takes one split from the budgets. Returns the split, which the two halves of the list report their outcome to. */
  split({ half, startedAt }: SplittableCall, { dimension, values }: LongList, error: unknown): Halving {
    const { onTooLong, onAllRefused } = this.#options;
    const cause = error instanceof RedoxError && error.code === 'UPSTREAM_TIMEOUT' ? 'timed-out' : 'refused';
    this.#splits.take();
    this.#unprovenSplits.take();
    return new Halving({ dimension, length: values.size, cause, startedAt }, half, {
      unproven: this.#unproven,
      onTooLong,
      onHalfAnswered: () => this.#unprovenSplits.release(),
      onCulprit: (box) => this.#culprits.note(box),
      onAllRefused,
    });
  }

  recordSuccess({ box, half }: SplittableCall): void {
    this.#culprits.forget(box);
    half?.recordSuccess(box);
  }

  /**
   * Records a call that failed for good. When it asked for a single value and failed because of its query, that value becomes a
   * culprit if other pieces of the same call were answered; a known culprit is remembered for longer. A call that failed without
   * an error of Redox's was cancelled.
   */
  recordFailure(call: SplittableCall, error: unknown): void {
    if (call.half !== null && !(error instanceof RedoxError)) {
      call.half.recordCancellation(call.box, this.#hasReachedDeadline(call));
      return;
    }
    const mayBeOfQuery = error instanceof RedoxError && (error.splittable || error.splittableOnRepeat);
    const isForOneValue = mayBeOfQuery && longestList(call.box) === null;
    if (call.half !== null) call.half.recordFailure(isForOneValue ? call.box : null);
    else if (isForOneValue && this.findCulprit(call.box) !== null) this.#culprits.note(call.box);
  }

  /** Whether a cancelled call was waited for until the operation's deadline. False when the client disconnected before it. */
  #hasReachedDeadline({ lastWaiterDeadline }: SplittableCall): boolean {
    return lastWaiterDeadline !== null && lastWaiterDeadline - this.#options.clock.now() <= MAX_EARLY_MS;
  }
}
