/**
 * One destination's overdue calls, which take far longer than its calls took lately. They show when the destination has become
 * silent, so that only probes may start, and which calls are lost and to be repeated once it responds again.
 */
import type { Clock } from '../../clock.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import { RecentDurations } from './recent-durations.ts';
import type { UpstreamCall } from './upstream-call.ts';

/** A call is overdue when it takes this many times the recent 99th percentile of durations. */
const TIMES_P99 = 10;
/** No call is overdue earlier than this: a chart with many documents occasionally takes seconds. */
const MIN_OVERDUE_MS = 5000;

/**
 * The time between the first probes of a silent destination: callers should not have to wait long after it has recovered. Later
 * probes are less frequent, to spare a destination that stays silent.
 */
const FIRST_PROBES_EVERY_MS = 1000;
const FIRST_PROBES = 5;
const PROBES_EVERY_MS = 2500;

/**
 * A probe that takes longer than this is cancelled so that the next can be sent: it may have been lost just before the recovery.
 */
const MAX_PROBE_MS = 2000;
const PROBE_TIMES_P99 = 3;

interface Silence {
  /** When the first probe was sent; null before that. */
  probedAt: number | null;
  /** How many repetitions were sent as probes. */
  repetitions: number;
  /** When the next repetition may be sent as a probe. */
  nextProbeAt: number;
}

export class SlowCalls {
  readonly #clock: Clock;
  readonly #durations = new RecentDurations();
  /** When the destination last responded to a call. */
  #respondedAt = Number.NEGATIVE_INFINITY;
  #overdue: readonly UpstreamCall[] = [];
  /** Calls that were sent before the first call that got a response after a silence: most likely they will never get one. */
  #lost: readonly UpstreamCall[] = [];
  #silence: Silence | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a waiting call may start. While the destination is silent, one call may, as the first probe. */
  get admits(): boolean {
    return this.#silence === null || this.#silence.probedAt === null;
  }

  /** Whether the destination is silent, and the first probe was sent so long ago that a call would be overdue. */
  get isUnresponsive(): boolean {
    const probedAt = this.#silence?.probedAt ?? null;
    return probedAt !== null && this.#clock.now() - probedAt >= this.#limitMs;
  }

  get isSilent(): boolean {
    return this.#silence !== null;
  }

  get lost(): readonly UpstreamCall[] {
    return this.#lost;
  }

  /** Records the start of a waiting call. */
  recordStart(): void {
    if (this.#silence !== null) this.#silence.probedAt ??= this.#clock.now();
  }

  /** Records the end of a call. `error`: null when it was answered; `inFlight`: the calls that are still in flight. */
  recordEnd(call: UpstreamCall, error: unknown, inFlight: readonly UpstreamCall[]): void {
    this.#lost = this.#lost.filter((other) => other !== call);
    if (call.isOverdue) {
      this.#overdue = this.#overdue.filter((other) => other !== call);
      if (this.#overdue.length === 0) this.#silence = null;
    }
    if (!hasResponse(error)) return;
    const now = this.#clock.now();
    this.#respondedAt = now;
    if (error === null && !call.isRelay) this.#durations.record(now - call.startedAt);
    if (this.#silence === null) return;
    this.#silence = null;
    // A waiting call that was sent as the first probe is lost as well, even if not overdue yet: later needs for the same would
    // wait for it.
    this.#lost = inFlight.filter((other) => other.startedAt < call.startedAt && mayRepeat(other));
  }

  /**
   * Marks the calls that have become overdue, and returns them. `inFlight`: the unanswered calls, oldest first. Repetitions that
   * take too long are cancelled, unless the calls that they repeat have failed, so that needs wait for the repetitions alone.
   */
  findOverdue(inFlight: readonly UpstreamCall[]): readonly UpstreamCall[] {
    const now = this.#clock.now();
    const limitMs = this.#limitMs;
    const late = inFlight.filter((call) => now - call.startedAt >= limitMs && !call.isRelay);
    for (const call of inFlight) {
      const maxMs = call.isProbe ? Math.min(limitMs, this.#maxProbeMs) : limitMs;
      if (call.isRepetition && call.counterpart !== null && now - call.startedAt >= maxMs) call.cancel();
    }
    const newlyOverdue = late.filter((call) => !call.isOverdue && !call.isRepetition);
    for (const call of newlyOverdue) call.isOverdue = true;
    this.#overdue = [...this.#overdue, ...newlyOverdue];
    if (this.#overdue.length > 0 && this.#silence === null && now - this.#respondedAt >= limitMs) {
      this.#silence = { probedAt: null, repetitions: 0, nextProbeAt: now + FIRST_PROBES_EVERY_MS };
    }
    return newlyOverdue;
  }

  /** In how many milliseconds, at most, the calls must be checked again. */
  nextCheckMs(inFlight: readonly UpstreamCall[]): number {
    if (this.#silence !== null || this.#lost.length > 0) return FIRST_PROBES_EVERY_MS / 2;
    const oldest = inFlight.find((call) => !call.isOverdue && !call.isRelay);
    if (oldest === undefined) return MIN_OVERDUE_MS;
    return Math.max(1, oldest.startedAt + this.#limitMs - this.#clock.now());
  }

  /**
   * Returns the overdue call whose repetition is the next probe; undefined when no probe is due. A single overdue call for a
   * single need does not prove a silence, since a chart may take that long: it is not sent twice unless another call has been a
   * probe before.
   */
  nextToProbe(): UpstreamCall | undefined {
    const silence = this.#silence;
    const now = this.#clock.now();
    if (silence === null || now < silence.nextProbeAt) return undefined;
    if (silence.probedAt === null && this.#isForOneNeed) return undefined;
    const unrepeated = this.#overdue.filter(({ counterpart }) => counterpart === null);
    const call = unrepeated[silence.repetitions % unrepeated.length];
    if (call === undefined) return undefined;
    silence.probedAt ??= now;
    silence.repetitions += 1;
    silence.nextProbeAt =
      now + (silence.repetitions < FIRST_PROBES ? FIRST_PROBES_EVERY_MS : PROBES_EVERY_MS);
    return call;
  }

  /** Whether only one call is overdue, and it has at most one open part. */
  get #isForOneNeed(): boolean {
    const [first, second] = this.#overdue;
    return second === undefined && (first?.openParts.length ?? 0) < 2;
  }

  /** Records that a call was repeated. */
  recordRepetition(call: UpstreamCall): void {
    this.#lost = this.#lost.filter((other) => other !== call);
  }

  get #maxProbeMs(): number {
    return Math.max(MAX_PROBE_MS, PROBE_TIMES_P99 * this.#durations.p99Ms);
  }

  get #limitMs(): number {
    return Math.max(MIN_OVERDUE_MS, TIMES_P99 * this.#durations.p99Ms);
  }
}

/** Whether a call may be repeated: it is no download, no repetition, and has not been repeated already. */
function mayRepeat({ isRelay, isRepetition, counterpart }: UpstreamCall): boolean {
  return !isRelay && !isRepetition && counterpart === null;
}

/**
 * Whether the destination responded: not when the gateway cancelled the call, nor when its time limit passed without a response.
 */
function hasResponse(error: unknown): boolean {
  if (error === null) return true;
  return (
    error instanceof RedoxError && (error.code !== 'UPSTREAM_TIMEOUT' || Boolean(error.details.redox?.status))
  );
}
