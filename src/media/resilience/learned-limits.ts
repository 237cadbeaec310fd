/**
 * The limits learned for one destination: how many values a list of a call may have, and how many bytes each value brings. They
 * start at the configured limits, fall when a call fails whose pieces succeed, and are probed upwards again at growing intervals.
 */
import type { Clock } from '../../clock.ts';
import type { Box } from '../model/box.ts';
import { LIMITED, type Limits } from '../planning/plan.ts';
import type { LimitedDimension, TooLong } from './halving.ts';

interface Learned {
  /** The length of the longest list known to pass; the configured limit while no list is known to fail. */
  maxPassing: number;
  /** The length of the shortest list known to be too long; infinite while none is known, or once one as long has passed. */
  minFailing: number;
  /** From this time on, lists of length `minFailing` are tried again, since the destination's limit may have risen. */
  retestAt: number;
  /** The time from the last failure to `retestAt`; 0 before the first failure. */
  retestAfterMs: number;
  /** The length of the longest list answered since `minFailing` was last learned. */
  maxAnswered: number;
  /** A list that failed although its pieces were answered, perhaps by chance: when that was known, and its length. */
  suspect: { readonly at: number; readonly length: number } | null;
  /** A moving average over the replies; 0 before the first reply. */
  bytesPerValue: number;
}

/**
 * A limit learned during an outage must not outlast it, so it is tested soon. A permanent limit makes every longer list fail, and
 * each such failure doubles the time until the next test.
 */
const MIN_RETEST_AFTER_MS = 10_000;
/** A destination's limits change with its releases, not by the minute, and a refused test costs one or two calls. */
const MAX_RETEST_AFTER_MS = 10 * 60_000;
/** The time between tests of lengths that are known neither to pass nor to fail, while the destination is never idle. */
const MIN_TEST_INTERVAL_MS = 10_000;
/** The expected size of a reply stays below this share of the largest reply that is read, since documents differ in size. */
const SHARE_OF_BYTES = 0.7;
/** The weight of the newest reply in the average. */
const WEIGHT_OF_NEWEST = 0.3;

export class LearnedLimits {
  readonly #configured: Limits;
  readonly #maxBytes: number;
  readonly #clock: Clock;
  readonly #learned: Record<LimitedDimension, Learned>;
  /** No longer list is tested before this time. Set by a failed test, cleared by `recordIdle`: one test an operation is enough. */
  #mayTestAt = Number.NEGATIVE_INFINITY;

  constructor(configured: Limits, maxBytes: number, clock: Clock) {
    this.#configured = configured;
    this.#maxBytes = maxBytes;
    this.#clock = clock;
    const unknown = (dimension: LimitedDimension): Learned => {
      return {
        maxPassing: configured[dimension],
        minFailing: Number.POSITIVE_INFINITY,
        retestAt: Number.NEGATIVE_INFINITY,
        retestAfterMs: 0,
        maxAnswered: 0,
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
   * The limits to plan with. The first are known to pass. The others are worth a test when they save a call: the middle between
   * the longest length known to pass and the shortest known to fail, then one below the shortest known to fail (see `isProven`).
   */
  get choices(): readonly [Limits, ...Limits[]] {
    const proven = this.#limitsOf(({ maxPassing }) => maxPassing);
    const longer = [
      this.#limitsOf((learned, configured) =>
        Math.floor((learned.maxPassing + this.#ceilingOf(learned, configured)) / 2),
      ),
      this.#limitsOf((learned, configured) => this.#ceilingOf(learned, configured) - 1),
    ];
    return [proven, ...longer.filter((limits) => LIMITED.some((one) => limits[one] > proven[one]))];
  }

  /** The lengths known to pass, regardless of bytes: for downloads, the sizes of whose replies are known beforehand. */
  get downloadLimits(): Limits {
    const { patients, visits, documents } = this.#learned;
    return { patients: patients.maxPassing, visits: visits.maxPassing, documents: documents.maxPassing };
  }

  get maxReplyBytes(): number {
    return this.#maxBytes;
  }

  /** False for a call with a longer list than is known to pass. Only one such call may be in flight at a time. */
  isProven(box: Box): boolean {
    return LIMITED.every((dimension) => {
      const values = box[dimension];
      return values === 'all' || values.size <= this.#learned[dimension].maxPassing;
    });
  }

  /** Records a call that was answered with this many bytes. */
  recordReply(box: Box, bytes: number): void {
    for (const dimension of LIMITED) {
      const values = box[dimension];
      if (values === 'all') continue;
      const learned = this.#learned[dimension];
      const perValue = bytes / values.size;
      const known = learned.bytesPerValue || perValue;
      learned.bytesPerValue = known + WEIGHT_OF_NEWEST * (perValue - known);
      learned.maxPassing = Math.max(learned.maxPassing, values.size);
      learned.maxAnswered = Math.max(learned.maxAnswered, values.size);
      if (learned.suspect !== null && values.size >= learned.suspect.length) learned.suspect = null;
      if (learned.maxPassing < learned.minFailing) continue;
      learned.minFailing = Number.POSITIVE_INFINITY;
      learned.retestAt = Number.NEGATIVE_INFINITY;
      learned.retestAfterMs = 0;
    }
  }

  /**
   * Records a list that failed although all its pieces were answered. Normally it was too long. When a list as long was answered
   * before, or when the call timed out, the cause may have been temporary: then it counts only when the same happens again before
   * a list as long is answered. Lists that were in flight together and timed out count once.
   */
  recordTooLong(list: TooLong): void {
    const learned = this.#learned[list.dimension];
    const { suspect } = learned;
    const hasTimedOut = list.cause === 'timed-out';
    const mayBeChance = hasTimedOut || list.length <= learned.maxAnswered;
    if (mayBeChance && (suspect === null || (hasTimedOut && list.startedAt < suspect.at))) {
      learned.suspect ??= { at: this.#clock.now(), length: list.length };
      return;
    }
    learned.suspect = null;
    learned.maxAnswered = list.longestPiece;
    this.#learn(learned, list);
  }

  #learn(learned: Learned, { length, longestPiece }: TooLong): void {
    const now = this.#clock.now();
    // A length that was believed to pass has failed: only its pieces are known to pass.
    const wasBelievedToPass = length <= learned.maxPassing;
    learned.maxPassing = wasBelievedToPass ? longestPiece : Math.max(learned.maxPassing, longestPiece);
    learned.minFailing = Math.min(learned.minFailing, length);
    this.#mayTestAt = now + MIN_TEST_INTERVAL_MS;
    if (now < learned.retestAt) return;
    learned.retestAfterMs = Math.min(MAX_RETEST_AFTER_MS, 2 * learned.retestAfterMs || MIN_RETEST_AFTER_MS);
    learned.retestAt = now + learned.retestAfterMs;
  }

  /** Records that no call waits or is in flight. */
  recordIdle(): void {
    this.#mayTestAt = Number.NEGATIVE_INFINITY;
  }

  #limitsOf(lengthOf: (learned: Learned, configured: number) => number): Limits {
    const limitOf = (dimension: LimitedDimension) => {
      const learned = this.#learned[dimension];
      const byBytes = Math.floor((this.#maxBytes * SHARE_OF_BYTES) / (learned.bytesPerValue || 1));
      return Math.max(1, Math.min(lengthOf(learned, this.#configured[dimension]), byBytes));
    };
    return { patients: limitOf('patients'), visits: limitOf('visits'), documents: limitOf('documents') };
  }

  /** The length of the shortest list that is not worth a test. */
  #ceilingOf({ maxPassing, minFailing, retestAt }: Learned, configured: number): number {
    const now = this.#clock.now();
    const twice = Math.min(2 * maxPassing, configured) + 1;
    if (minFailing === Number.POSITIVE_INFINITY || now >= retestAt) return twice;
    return now >= this.#mayTestAt ? minFailing : maxPassing + 1;
  }
}
