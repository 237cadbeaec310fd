/**
 * The pace at which Redox takes calls, found out from its refusals (429): another client may use the same quota, or our setting
 * may be too high. A refused call lowers the pace, time raises it again: along a cubic curve, as TCP does (CUBIC, RFC 9438), which
 * stays longest near the pace that was refused last. Beyond a pace that was measured, and beyond what the quota allows evenly, time counts
 * only while calls are made at about that pace, as in TCP (§4.2): one that is not used says nothing of a faster one. RateLimiter starts
 * no call sooner; `afterFailure` says what becomes of the refused one.
 */
import type { Clock } from '../../clock.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import type { Quota } from './spread.ts';

export interface Refusal {
  /** What `Retry-After` says; undefined where it says nothing. */
  readonly pauseMs: number | undefined;
  /** An estimate where Redox says nothing (see QuotaWindow). */
  readonly likelyMs: number | undefined;
}

/** Of the pace that was refused: a rolling window that is a little too full is not any more after a second of it. */
const BACKOFF = 0.85;
/** The curve levels off just below what was refused, so that most of the time is spent at what is taken. */
const PLATEAU = 0.97;
/** While nothing but refusals comes back, each attempt halves the pace, and the plateau seems to have been too high. */
const BACKOFF_IN_A_ROW = 0.5;
const PLATEAU_IN_A_ROW = 0.9;
/** An eighth of the plateau stays, so that the pace is soon back once calls are answered. */
const MAX_LOSS = 0.875;
/** From so many times the recovery on, the pace also doubles with each further one: the quota must have grown. */
const RECOVERIES_BEFORE_DOUBLING = 2;

/** Attempts in a row, at a pace, that only brought refusals: from here on the quota is used up, and calls stop for a while. */
const ATTEMPTS_BEFORE_STOP = 3;
/** Where none was answered for so long, either, the quota has no room before the time that Redox's window leaves. */
const MAX_SILENCE_MS = 5000;
/** A stop where Redox does not say how long; it doubles from one to the next. */
const FIRST_STOP_MS = 1000;
const MAX_STOP_MS = 30_000;

/**
 * How long it takes to be back at the plateau: a hundred calls at Redox's 25 a second, and sixty calls at any lower pace, since one
 * or two of them will be refused once it is exceeded.
 */
const MIN_RECOVERY_MS = 4000;
const MAX_RECOVERY_MS = 150_000;
const RECOVERY_CALLS = 60;

/** A pace of which this part is used is tried; at two calls a second and less, each call is enough. */
const TRIED_PART = 0.5;

/** Calls a second. At this pace a call waits for a millisecond, the shortest time that a timer can wait. */
const MAX_PACE = 1000;
/** Calls a second, at which the first attempts are made where few were answered lately. */
const MIN_FIRST_PACE = 4;
/** Calls a second: one in ten seconds. */
const MIN_PACE = 0.1;
/** Shorter waits are errors of rounding. */
const MIN_WAIT_MS = 0.001;
const SECOND_MS = 1000;

export class Pace {
  readonly #clock: Clock;
  readonly #windowMs: number;
  /** Calls a second that use up the quota just at the end of its window. */
  readonly #evenPace: number;
  /** Calls a second on the plateau; null while nothing was refused lately. */
  #plateau: number | null = null;
  /** Calls were answered at about the plateau before one was refused. Otherwise it is a guess, which time alone corrects. */
  #isMeasured = false;
  /** The part of the plateau that was lost at `#loweredAt`. */
  #loss = 0;
  #loweredAt = 0;
  /** When the pace begins to rise. */
  #risesAt = 0;
  #refusedInARow = 0;
  #stoppedUntil = Number.NEGATIVE_INFINITY;
  #usedUpUntil = Number.NEGATIVE_INFINITY;
  #answeredAt = Number.NEGATIVE_INFINITY;
  /** How long the pace was tried since it was back at the plateau. */
  #triedMs = 0;
  /** Calls answered in the second that began at `#secondBeganAt`, and in the one before. */
  #answered = 0;
  #answeredBefore = 0;
  #secondBeganAt = Number.NEGATIVE_INFINITY;

  /** Of the quota: no refusal is remembered for longer than its window. */
  constructor({ calls, windowMs }: Quota, clock: Clock) {
    this.#windowMs = windowMs;
    this.#evenPace = (calls * SECOND_MS) / windowMs;
    this.#clock = clock;
  }

  /** How long the next call has to wait, where the last one started at `lastStart`. */
  delayMs(lastStart: number): number {
    if (this.#plateau === null) return 0;
    const now = this.#clock.now();
    const waitMs = Math.max(this.#stoppedUntil, lastStart + this.intervalMs) - now;
    return waitMs < MIN_WAIT_MS ? 0 : waitMs;
  }

  /** Between two calls, at the pace of now; 0 without one. */
  get intervalMs(): number {
    const pace = this.#paceAt(this.#clock.now());
    return pace === null ? 0 : SECOND_MS / pace;
  }

  /** Redox has refused call after call. */
  get isStopped(): boolean {
    return this.#plateau !== null && this.#refusedInARow >= ATTEMPTS_BEFORE_STOP;
  }

  /** How long the quota is likely to be used up, though the next attempt may be made sooner; negative when it is not. */
  get usedUpMs(): number {
    return this.#plateau === null ? 0 : this.#usedUpUntil - this.#clock.now();
  }

  /** A call that started then is over: with null for a response as hoped for, or with its error. Without a response, nothing is learned. */
  recordEnd(startedAt: number, error: unknown): void {
    if (error === null) this.recordAnswered(startedAt);
    if (!(error instanceof RedoxError)) return;
    if (error.code === 'RATE_LIMITED') this.recordRefused(startedAt, refusalOf(error));
    else if (error.details.redox?.status) this.recordAnswered(startedAt);
  }

  /** A call that started then got a response other than a refusal. */
  recordAnswered(startedAt: number): void {
    const now = this.#clock.now();
    this.#turnSecond(now);
    this.#answered += 1;
    this.#countTried(now);
    this.#answeredAt = now;
    if (this.#plateau === null || startedAt < this.#loweredAt) return;
    this.#refusedInARow = 0;
    this.#usedUpUntil = Number.NEGATIVE_INFINITY;
  }

  /** A call that started then was refused. */
  recordRefused(startedAt: number, { pauseMs, likelyMs }: Refusal): void {
    const now = this.#clock.now();
    const pace = this.#paceAt(now);
    if (pace === null) this.#lower(now, Math.max(MIN_FIRST_PACE, this.#paceOfAnswers(now)), 1 - BACKOFF);
    // One that started at the pace before tells nothing new.
    else if (startedAt < this.#loweredAt) return;
    else {
      this.#refusedInARow += 1;
      if (this.#refusedInARow === 1) this.#lower(now, pace * PLATEAU, 1 - BACKOFF);
      else
        this.#lower(now, (this.#plateau ?? pace) * PLATEAU_IN_A_ROW, 1 - (1 - this.#loss) * BACKOFF_IN_A_ROW);
    }
    const stops = this.#refusedInARow - ATTEMPTS_BEFORE_STOP;
    if (stops < 0) {
      this.#risesAt = now + Math.min(pauseMs ?? 0, this.#recoveryMs);
      return;
    }
    this.#stop(now, pauseMs ?? Math.min(MAX_STOP_MS, FIRST_STOP_MS * 2 ** stops));
    if (pauseMs === undefined && now - this.#answeredAt > MAX_SILENCE_MS)
      this.#usedUpUntil = now + (likelyMs ?? this.#windowMs);
  }

  #lower(now: number, plateau: number, loss: number): void {
    this.#plateau = Math.min(MAX_PACE, Math.max(MIN_PACE, plateau));
    this.#isMeasured = this.#paceOfAnswers(now) >= this.#plateau * TRIED_PART;
    this.#loss = Math.min(loss, MAX_LOSS);
    this.#loweredAt = now;
    this.#risesAt = now;
    this.#triedMs = 0;
  }

  #stop(now: number, ms: number): void {
    this.#stoppedUntil = now + Math.min(ms, this.#windowMs);
    this.#risesAt = this.#stoppedUntil;
  }

  #countTried(now: number): void {
    const pace = this.#paceAt(now);
    if (pace === null || this.#paceOfAnswers(now) < pace * TRIED_PART) return;
    const sinceMs = now - Math.max(this.#answeredAt, this.#risesAt + this.#recoveryMs);
    this.#triedMs += Math.max(0, Math.min(sinceMs, Math.max(SECOND_MS, (2 * SECOND_MS) / pace)));
  }

  #paceAt(now: number): number | null {
    if (this.#plateau === null) return null;
    const risen = Math.max(0, now - this.#risesAt);
    const byTime = this.#risenTo(risen, this.#plateau);
    const tried = this.#risenTo(Math.min(risen, this.#recoveryMs + this.#triedMs), this.#plateau);
    const pace = this.#isMeasured ? Math.max(tried, Math.min(this.#evenPace, byTime)) : byTime;
    if (pace <= MAX_PACE && risen < this.#windowMs) return pace;
    this.#plateau = null;
    this.#refusedInARow = 0;
    return null;
  }

  #risenTo(ms: number, plateau: number): number {
    const recoveries = ms / this.#recoveryMs;
    const doublings = Math.max(0, recoveries - RECOVERIES_BEFORE_DOUBLING);
    return plateau * (1 + this.#loss * (recoveries - 1) ** 3) * 2 ** doublings;
  }

  get #recoveryMs(): number {
    const ms = (RECOVERY_CALLS * SECOND_MS) / (this.#plateau ?? MAX_PACE);
    return Math.min(MAX_RECOVERY_MS, Math.max(MIN_RECOVERY_MS, ms));
  }

  /** Calls a second that were answered lately: at least those of this second, which has not ended. */
  #paceOfAnswers(now: number): number {
    this.#turnSecond(now);
    const shareOfBefore = 1 - (now - this.#secondBeganAt) / SECOND_MS;
    return this.#answered + this.#answeredBefore * Math.max(0, shareOfBefore);
  }

  #turnSecond(now: number): void {
    const passedMs = now - this.#secondBeganAt;
    if (passedMs < SECOND_MS) return;
    this.#answeredBefore = passedMs < 2 * SECOND_MS ? this.#answered : 0;
    this.#answered = 0;
    this.#secondBeganAt = passedMs < 2 * SECOND_MS ? this.#secondBeganAt + SECOND_MS : now;
  }
}

function refusalOf({ requestedPauseSeconds, details }: RedoxError): Refusal {
  const inMs = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
  return { pauseMs: inMs(requestedPauseSeconds), likelyMs: inMs(details.retryAfterSeconds) };
}
