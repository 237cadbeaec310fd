/**
 * What one destination was seen to accept in a call: how many values of a list, and how many bytes each brings. Starts at
 * the configured limits, learns downwards from refusals that smaller calls did not share, and looks upwards again rarely.
 */
import type { Clock } from '../../clock.ts';
import type { Box } from '../model/box.ts';
import { LIMITED, type Limits } from '../planning/plan.ts';
import type { LimitedDimension, TooLong } from './halving.ts';

interface Learned {
  /** The longest list known to pass; the configured limit while nothing is known to fail. */
  passes: number;
  /** The shortest list known to fail for its length; infinite while none is, or once a longer one has passed. */
  fails: number;
  /** From when on it is doubted that `fails` still fails, and how long after the last failure that is; 0 before the first. */
  doubtedAt: number;
  doubtAfterMs: number;
  /** The longest list that was answered since the last one that was learned to fail. */
  answered: number;
  /** When the pieces of a list were answered that failed itself, which may have been by chance; and its length. */
  suspect: { readonly at: number; readonly length: number } | null;
  /** Moving average over the replies; 0 before the first. */
  bytesPerValue: number;
}

/**
 * What was learned while a destination was in trouble must not outlast that, so it is soon doubted; a limit of its own shows in
 * every longer list that is tried, and each such try doubles the time until the next.
 */
const FIRST_DOUBT_MS = 10_000;
/** A destination's limits change with its releases, not by the minute; a refused try costs a call or two. */
const MAX_DOUBT_MS = 10 * 60_000;
/** Between tries of lengths that are not known to pass, nor to fail, where the destination is never idle. */
const TRY_AGAIN_MS = 10_000;
/** Aim below the largest message: documents are not of one size. */
const SHARE_OF_BYTES = 0.7;
/** Weight of the newest answer in the average. */
const NEWEST_WEIGHT = 0.3;

export class LearnedLimits {
  readonly #most: Limits;
  readonly #maxBytes: number;
  readonly #clock: Clock;
  readonly #learned: Record<LimitedDimension, Learned>;
  /** After a refused try, none until the destination has been idle, or for a while: one an operation is enough. */
  #mayProbeAt = Number.NEGATIVE_INFINITY;

  constructor(most: Limits, maxBytes: number, clock: Clock) {
    this.#most = most;
    this.#maxBytes = maxBytes;
    this.#clock = clock;
    const unknown = (dimension: LimitedDimension): Learned => {
      return {
        passes: most[dimension],
        fails: Number.POSITIVE_INFINITY,
        doubtedAt: Number.NEGATIVE_INFINITY,
        doubtAfterMs: 0,
        answered: 0,
        suspect: null,
        bytesPerValue: 0,
      };
    };
    this.#learned = {
      patients: unknown('patients'),
      visits: unknown('visits'),
      documents: unknown('documents'),
    };
  }

  /**
   * The lengths to plan with. First what is known to pass; then longer ones, each worth a try if it saves a call: the
   * middle between what passes and what fails, then all but what fails (see `isProven`).
   */
  get choices(): readonly [Limits, ...Limits[]] {
    const proven = this.#limitsOf(({ passes }) => passes);
    const longer = [
      this.#limitsOf((learned, most) => Math.floor((learned.passes + this.#ceilingOf(learned, most)) / 2)),
      this.#limitsOf((learned, most) => this.#ceilingOf(learned, most) - 1),
    ];
    return [proven, ...longer.filter((limits) => LIMITED.some((one) => limits[one] > proven[one]))];
  }

  /** The lengths that are known to pass, for calls of whose replies the bytes are known beforehand. */
  get lengths(): Limits {
    const { patients, visits, documents } = this.#learned;
    return { patients: patients.passes, visits: visits.passes, documents: documents.passes };
  }

  /** Of the largest reply. */
  get maxReplyBytes(): number {
    return this.#maxBytes;
  }

  /** False for a call longer than any that passed since one failed: only one such may be under way at a time. */
  isProven(box: Box): boolean {
    return LIMITED.every((dimension) => {
      const values = box[dimension];
      return values === 'all' || values.size <= this.#learned[dimension].passes;
    });
  }

  /** A call was answered, with this many bytes. */
  passed(box: Box, bytes: number): void {
    for (const dimension of LIMITED) {
      const values = box[dimension];
      if (values === 'all') continue;
      const learned = this.#learned[dimension];
      const perValue = bytes / values.size;
      const known = learned.bytesPerValue || perValue;
      learned.bytesPerValue = known + NEWEST_WEIGHT * (perValue - known);
      learned.passes = Math.max(learned.passes, values.size);
      learned.answered = Math.max(learned.answered, values.size);
      if (learned.suspect !== null && values.size >= learned.suspect.length) learned.suspect = null;
      if (learned.passes < learned.fails) continue;
      learned.fails = Number.POSITIVE_INFINITY;
      learned.doubtedAt = Number.NEGATIVE_INFINITY;
      learned.doubtAfterMs = 0;
    }
  }

  /**
   * A list failed, and all its pieces were answered. It is too long, unless lists as long have been answered, or it was late: then it
   * may have come at a bad moment, and counts only when the same happens once more and no such list was answered meanwhile.
   * Late lists count once that were under way together.
   */
  tooLong(list: TooLong): void {
    const learned = this.#learned[list.dimension];
    const { suspect } = learned;
    const isLate = list.cause === 'late';
    const isByChance = isLate || list.length <= learned.answered;
    if (isByChance && (suspect === null || (isLate && list.startedAt < suspect.at))) {
      learned.suspect ??= { at: this.#clock.now(), length: list.length };
      return;
    }
    learned.suspect = null;
    learned.answered = list.longestPiece;
    this.#learn(learned, list);
  }

  #learn(learned: Learned, { length, longestPiece }: TooLong): void {
    const now = this.#clock.now();
    // What was thought to pass does not, or not any more: nothing is known but the pieces.
    const isNews = length <= learned.passes;
    learned.passes = isNews ? longestPiece : Math.max(learned.passes, longestPiece);
    learned.fails = Math.min(learned.fails, length);
    this.#mayProbeAt = now + TRY_AGAIN_MS;
    if (now < learned.doubtedAt) return;
    learned.doubtAfterMs = Math.min(MAX_DOUBT_MS, 2 * learned.doubtAfterMs || FIRST_DOUBT_MS);
    learned.doubtedAt = now + learned.doubtAfterMs;
  }

  /** Nothing waits and nothing is under way. */
  idle(): void {
    this.#mayProbeAt = Number.NEGATIVE_INFINITY;
  }

  #limitsOf(lengthOf: (learned: Learned, most: number) => number): Limits {
    const limitOf = (dimension: LimitedDimension) => {
      const learned = this.#learned[dimension];
      const byBytes = Math.floor((this.#maxBytes * SHARE_OF_BYTES) / (learned.bytesPerValue || 1));
      return Math.max(1, Math.min(lengthOf(learned, this.#most[dimension]), byBytes));
    };
    return { patients: limitOf('patients'), visits: limitOf('visits'), documents: limitOf('documents') };
  }

  /** The shortest list that is not worth a try. */
  #ceilingOf({ passes, fails, doubtedAt }: Learned, most: number): number {
    const now = this.#clock.now();
    const twice = Math.min(2 * passes, most) + 1;
    if (fails === Number.POSITIVE_INFINITY || now >= doubtedAt) return twice;
    return now >= this.#mayProbeAt ? fails : passes + 1;
  }
}
