/**
 * What one destination was seen to accept in a call: how many values of a list, and how many bytes each brings. Starts at
 * the configured limits, learns downwards from refusals that smaller calls did not share, and looks upwards again rarely.
 */
import type { Clock } from '../../clock.ts';
import type { Box } from '../model/box.ts';
import { LIMITED, type Limits } from '../planning/plan.ts';

type LimitedDimension = (typeof LIMITED)[number];

interface Learned {
  /** The longest list known to pass; the configured limit while nothing is known to fail. */
  passes: number;
  /** The shortest list known to fail for its length; infinite while none is, or once a longer one has passed. */
  fails: number;
  /** When it last failed; after a while, longer lists are tried again. */
  failedAt: number;
  /** Moving average over the replies; 0 before the first. */
  bytesPerValue: number;
}

/** A destination's limits change with its releases, not by the minute; a refused try costs a call or two. */
const LOOK_UP_AGAIN_MS = 10 * 60_000;
/** Aim below the largest message: documents are not of one size. */
const SHARE_OF_BYTES = 0.7;
/** Weight of the newest answer in the average. */
const NEWEST_WEIGHT = 0.3;

export class LearnedLimits {
  readonly #most: Limits;
  readonly #maxBytes: number;
  readonly #clock: Clock;
  readonly #learned: Record<LimitedDimension, Learned>;
  /** After a refused try, none until the destination has been idle, or for long: one an operation is enough. */
  #mayProbe = true;

  constructor(most: Limits, maxBytes: number, clock: Clock) {
    this.#most = most;
    this.#maxBytes = maxBytes;
    this.#clock = clock;
    const unknown = (dimension: LimitedDimension): Learned => {
      return { passes: most[dimension], fails: Number.POSITIVE_INFINITY, failedAt: 0, bytesPerValue: 0 };
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
      if (learned.passes >= learned.fails) learned.fails = Number.POSITIVE_INFINITY;
    }
  }

  /** A list of this length was refused, and all its parts were not. `part`: the longest of these. */
  refused(dimension: LimitedDimension, length: number, part: number): void {
    const learned = this.#learned[dimension];
    // What was thought to pass does not, or not any more: nothing is known but the parts.
    const isNews = length <= learned.passes;
    learned.passes = isNews ? part : Math.max(learned.passes, part);
    learned.fails = Math.min(learned.fails, length);
    learned.failedAt = this.#clock.now();
    this.#mayProbe = false;
  }

  /** Nothing waits and nothing is under way. */
  idle(): void {
    this.#mayProbe = true;
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
  #ceilingOf({ passes, fails, failedAt }: Learned, most: number): number {
    const twice = Math.min(2 * passes, most) + 1;
    if (fails === Number.POSITIVE_INFINITY || this.#clock.now() - failedAt > LOOK_UP_AGAIN_MS) return twice;
    return this.#mayProbe ? fails : passes + 1;
  }
}
