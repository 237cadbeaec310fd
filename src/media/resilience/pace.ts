/**
 * The pace of calls that Redox accepts, learned from its 429 responses: another client may use the same quota, or the configured
 * quota may be too high. Each refused call lowers the pace. It rises again with time along a cubic curve, as in TCP (CUBIC, RFC
 * 9438), which is flattest near the pace that was refused last. Above both the measured pace and the even pace of the quota, time
 * counts only while calls are made at about the current pace (as in TCP, §4.2), since an unused pace proves nothing about a
 * higher one. The RateLimiter enforces the pace; `afterFailure` decides what happens to the refused call.
 */
import type { Clock } from '../../clock.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import type { Quota } from './spread.ts';

export interface Refusal {
  /** The pause that `Retry-After` asks for; undefined without the header. */
  readonly pauseMs: number | undefined;
  /** An estimate of the pause for responses without `Retry-After` (see QuotaWindow). */
  readonly estimatedMs: number | undefined;
}

/**
 * The share of the refused pace that is kept: after a second at it, a rolling window that was slightly too full has room again.
 */
const BACKOFF = 0.85;
/** The curve flattens just below the pace that was refused, so that the pace is one that Redox accepts for most of the time. */
const PLATEAU = 0.97;
/** While every call is refused, each refusal halves the pace and lowers the plateau, which must have been too high. */
const BACKOFF_IN_A_ROW = 0.5;
const PLATEAU_IN_A_ROW = 0.9;
/** The pace never falls below an eighth of the plateau, so that it recovers soon once calls are answered. */
const MAX_LOSS = 0.875;
/** After this many recovery times without a refusal, the pace also doubles with each further one: the quota must have grown. */
const RECOVERIES_BEFORE_DOUBLING = 2;

/** After this many refusals in a row at a lowered pace, the quota is considered used up, and calls stop for a while. */
const REFUSALS_BEFORE_STOP = 3;
/** When no call was answered for longer than this, the quota most likely has no room until the window moves on. */
const MAX_SILENCE_MS = 5000;
/** How long the first stop lasts when Redox does not send `Retry-After`; each further stop is twice as long. */
const FIRST_STOP_MS = 1000;
const MAX_STOP_MS = 30_000;

/**
 * The recovery time, after which the pace is back at the plateau: a hundred calls at Redox's default of 25 a second, and sixty
 * calls at a lower pace, since one or two calls are refused each time the pace exceeds what Redox accepts.
 */
const MIN_RECOVERY_MS = 4000;
const MAX_RECOVERY_MS = 150_000;
const RECOVERY_CALLS = 60;

/** A pace counts as used when calls are answered at this share of it. At two calls a second or fewer, a single call suffices. */
const USED_SHARE = 0.5;

/** In calls a second. At this pace a call waits for a millisecond, the shortest delay of a timer. */
const MAX_PACE = 1000;
/** In calls a second: the lowest plateau after a first refusal, for when few calls were answered before it. */
const MIN_FIRST_PACE = 4;
/** In calls a second: one in ten seconds. */
const MIN_PACE = 0.1;
/** Shorter delays are rounding errors. */
const MIN_WAIT_MS = 0.001;
const SECOND_MS = 1000;

export class Pace {
  readonly #clock: Clock;
  readonly #windowMs: number;
  /** In calls a second: the pace that uses up the quota exactly at the end of its window. */
  readonly #evenPace: number;
  /** In calls a second; null while no call was refused lately. */
  #plateau: number | null = null;
  /**
   * Calls were answered at about the plateau before one was refused. Otherwise the plateau is a guess, which time alone corrects.
   */
  #isMeasured = false;
  /** The share of the plateau by which the pace was lowered at `#loweredAt`. */
  #loss = 0;
  #loweredAt = 0;
  /** When the pace begins to rise. */
  #risesAt = 0;
  #refusedInARow = 0;
  #stoppedUntil = Number.NEGATIVE_INFINITY;
  #usedUpUntil = Number.NEGATIVE_INFINITY;
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** How long calls have used the pace since it returned to the plateau. */
  #usedMs = 0;
  /** How many calls were answered in the second that began at `#secondBeganAt`. */
  #answered = 0;
  /** How many calls were answered in the second before that. */
  #answeredBefore = 0;
  #secondBeganAt = Number.NEGATIVE_INFINITY;

  /** No refusal is remembered for longer than the window of the quota. */
  constructor({ calls, windowMs }: Quota, clock: Clock) {
    this.#windowMs = windowMs;
    this.#evenPace = (calls * SECOND_MS) / windowMs;
    this.#clock = clock;
  }

  /** How long the next call has to wait when the last one started at `lastStart`. */
  delayMs(lastStart: number): number {
    if (this.#plateau === null) return 0;
    const now = this.#clock.now();
    const waitMs = Math.max(this.#stoppedUntil, lastStart + this.intervalMs) - now;
    return waitMs < MIN_WAIT_MS ? 0 : waitMs;
  }

  /** The time between two calls at the current pace; 0 while the pace is not limited. */
  get intervalMs(): number {
    const pace = this.#paceAt(this.#clock.now());
    return pace === null ? 0 : SECOND_MS / pace;
  }

  /** Whether Redox has refused so many calls in a row that calls are stopped. */
  get isStopped(): boolean {
    return this.#plateau !== null && this.#refusedInARow >= REFUSALS_BEFORE_STOP;
  }

  /** For how long the quota is likely used up, though the next call may be sent sooner; zero or less when it is not. */
  get usedUpMs(): number {
    return this.#plateau === null ? 0 : this.#usedUpUntil - this.#clock.now();
  }

  /**
   * Records the end of a call that started at `startedAt`. `error`: null for a success. Nothing is learned from a call without a
   * response.
   */
  recordEnd(startedAt: number, error: unknown): void {
    if (error === null) this.recordAnswered(startedAt);
    if (!(error instanceof RedoxError)) return;
    if (error.code === 'RATE_LIMITED') this.recordRefused(startedAt, refusalOf(error));
    else if (error.details.redox?.status) this.recordAnswered(startedAt);
  }

  /** Records a response other than 429 to a call that started at `startedAt`. */
  recordAnswered(startedAt: number): void {
    const now = this.#clock.now();
    this.#moveToSecondOf(now);
    this.#answered += 1;
    this.#countUsed(now);
    this.#answeredAt = now;
    if (this.#plateau === null || startedAt < this.#loweredAt) return;
    this.#refusedInARow = 0;
    this.#usedUpUntil = Number.NEGATIVE_INFINITY;
  }

  /** Records a 429 for a call that started at `startedAt`. */
  recordRefused(startedAt: number, { pauseMs, estimatedMs }: Refusal): void {
    const now = this.#clock.now();
    const pace = this.#paceAt(now);
    if (pace === null) this.#lower(now, Math.max(MIN_FIRST_PACE, this.#answeredPace(now)), 1 - BACKOFF);
    // A call that started before the pace was lowered proves nothing about the current pace.
    else if (startedAt < this.#loweredAt) return;
    else {
      this.#refusedInARow += 1;
      if (this.#refusedInARow === 1) this.#lower(now, pace * PLATEAU, 1 - BACKOFF);
      else
        this.#lower(now, (this.#plateau ?? pace) * PLATEAU_IN_A_ROW, 1 - (1 - this.#loss) * BACKOFF_IN_A_ROW);
    }
    const stops = this.#refusedInARow - REFUSALS_BEFORE_STOP;
    if (stops < 0) {
      this.#risesAt = now + Math.min(pauseMs ?? 0, this.#recoveryMs);
      return;
    }
    this.#stop(now, pauseMs ?? Math.min(MAX_STOP_MS, FIRST_STOP_MS * 2 ** stops));
    if (pauseMs === undefined && now - this.#answeredAt > MAX_SILENCE_MS)
      this.#usedUpUntil = now + (estimatedMs ?? this.#windowMs);
  }

  #lower(now: number, plateau: number, loss: number): void {
    this.#plateau = Math.min(MAX_PACE, Math.max(MIN_PACE, plateau));
    this.#isMeasured = this.#answeredPace(now) >= this.#plateau * USED_SHARE;
    this.#loss = Math.min(loss, MAX_LOSS);
    this.#loweredAt = now;
    this.#risesAt = now;
    this.#usedMs = 0;
  }

  #stop(now: number, ms: number): void {
    this.#stoppedUntil = now + Math.min(ms, this.#windowMs);
    this.#risesAt = this.#stoppedUntil;
  }

  #countUsed(now: number): void {
    const pace = this.#paceAt(now);
    if (pace === null || this.#answeredPace(now) < pace * USED_SHARE) return;
    const sinceMs = now - Math.max(this.#answeredAt, this.#risesAt + this.#recoveryMs);
    this.#usedMs += Math.max(0, Math.min(sinceMs, Math.max(SECOND_MS, (2 * SECOND_MS) / pace)));
  }

  #paceAt(now: number): number | null {
    if (this.#plateau === null) return null;
    const risenMs = Math.max(0, now - this.#risesAt);
    const byTime = this.#paceAfter(risenMs, this.#plateau);
    const byUse = this.#paceAfter(Math.min(risenMs, this.#recoveryMs + this.#usedMs), this.#plateau);
    const pace = this.#isMeasured ? Math.max(byUse, Math.min(this.#evenPace, byTime)) : byTime;
    if (pace <= MAX_PACE && risenMs < this.#windowMs) return pace;
    this.#plateau = null;
    this.#refusedInARow = 0;
    return null;
  }

  #paceAfter(ms: number, plateau: number): number {
    const recoveries = ms / this.#recoveryMs;
    const doublings = Math.max(0, recoveries - RECOVERIES_BEFORE_DOUBLING);
    return plateau * (1 + this.#loss * (recoveries - 1) ** 3) * 2 ** doublings;
  }

  get #recoveryMs(): number {
    const ms = (RECOVERY_CALLS * SECOND_MS) / (this.#plateau ?? MAX_PACE);
    return Math.min(MAX_RECOVERY_MS, Math.max(MIN_RECOVERY_MS, ms));
  }

  /** How many calls a second were answered lately. All calls of the current second count, although it has not ended. */
  #answeredPace(now: number): number {
    this.#moveToSecondOf(now);
    const shareOfBefore = 1 - (now - this.#secondBeganAt) / SECOND_MS;
    return this.#answered + this.#answeredBefore * Math.max(0, shareOfBefore);
  }

  #moveToSecondOf(now: number): void {
    const passedMs = now - this.#secondBeganAt;
    if (passedMs < SECOND_MS) return;
    this.#answeredBefore = passedMs < 2 * SECOND_MS ? this.#answered : 0;
    this.#answered = 0;
    this.#secondBeganAt = passedMs < 2 * SECOND_MS ? this.#secondBeganAt + SECOND_MS : now;
  }
}

function refusalOf({ requestedPauseSeconds, details }: RedoxError): Refusal {
  const inMs = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
  return { pauseMs: inMs(requestedPauseSeconds), estimatedMs: inMs(details.retryAfterSeconds) };
}
