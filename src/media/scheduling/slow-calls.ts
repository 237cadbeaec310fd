/**
 * One destination's calls that take far longer than its calls have been taking, and what follows from them: that it is silent, so
 * that only probes go, and which calls are repeated once it is heard again.
 */
import type { Clock } from '../../clock.ts';
import { RedoxError } from '../../redox/redox-error.ts';
import { RecentDurations } from './recent-durations.ts';
import type { UpstreamCall } from './upstream-call.ts';

/** A call is overdue after so many times what 99 of a hundred calls took lately, */
const TIMES_P99 = 10;
/** but no sooner: charts of many documents take seconds now and then. */
const MIN_OVERDUE_MS = 5000;

/**
 * Between probes of a silent destination: callers should not notice for long that it is back. A destination that is silent for longer
 * is spared.
 */
const FIRST_PROBES_EVERY_MS = 1000;
const FIRST_PROBES = 5;
const PROBES_EVERY_MS = 2500;

/** A probe that takes longer is given up for the next: it may have been lost just before the destination was back. */
const MAX_PROBE_MS = 2000;
const PROBE_TIMES_P99 = 3;

interface Silence {
  /** When the first probe was sent; null while none was. */
  probedAt: number | null;
  /** Repetitions sent as probes. */
  repetitions: number;
  nextAt: number;
}

export class SlowCalls {
  readonly #clock: Clock;
  readonly #durations = new RecentDurations();
  #heardAt = Number.NEGATIVE_INFINITY;
  #overdue: readonly UpstreamCall[] = [];
  /** Calls that were sent before one that was answered after a silence: most likely they never will be. */
  #lost: readonly UpstreamCall[] = [];
  #silence: Silence | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a call that waits may start: while the destination is silent, one as a probe. */
  get admits(): boolean {
    return this.#silence === null || this.#silence.probedAt === null;
  }

  /** The destination is silent, and so was the probe for as long as a call may take. */
  get isHopeless(): boolean {
    const probedAt = this.#silence?.probedAt ?? null;
    return probedAt !== null && this.#clock.now() - probedAt >= this.#limitMs;
  }

  get isSilent(): boolean {
    return this.#silence !== null;
  }

  get lost(): readonly UpstreamCall[] {
    return this.#lost;
  }

  /** A call that waited starts. */
  recordStart(): void {
    if (this.#silence !== null) this.#silence.probedAt ??= this.#clock.now();
  }

  /** A call is over: with null for its reply, or with its error. `inFlight`: the calls that are not. */
  recordEnd(call: UpstreamCall, error: unknown, inFlight: readonly UpstreamCall[]): void {
    this.#lost = this.#lost.filter((one) => one !== call);
    if (call.isOverdue) {
      this.#overdue = this.#overdue.filter((one) => one !== call);
      if (this.#overdue.length === 0) this.#silence = null;
    }
    if (!isHeard(error)) return;
    const now = this.#clock.now();
    this.#heardAt = now;
    if (error === null && !call.isRelay) this.#durations.record(now - call.startedAt);
    if (this.#silence === null) return;
    this.#silence = null;
    // Also what was sent as a probe and is not overdue yet: all that is asked later would wait for it.
    this.#lost = inFlight.filter((one) => one.startedAt < call.startedAt && isLoneQuery(one));
  }

  /** Those of the calls in flight, oldest first, that are overdue from now on. Repetitions that are, are given up. */
  check(inFlight: readonly UpstreamCall[]): readonly UpstreamCall[] {
    const now = this.#clock.now();
    const limitMs = this.#limitMs;
    const late = inFlight.filter((call) => now - call.startedAt >= limitMs && !call.isRelay);
    for (const call of late) if (call.isRepetition) call.giveUp();
    for (const call of inFlight) if (call.isProbe && now - call.startedAt >= this.#maxProbeMs) call.giveUp();
    const news = late.filter((call) => !call.isOverdue && !call.isRepetition);
    for (const call of news) call.isOverdue = true;
    this.#overdue = [...this.#overdue, ...news];
    if (this.#overdue.length > 0 && this.#silence === null && now - this.#heardAt >= limitMs) {
      this.#silence = { probedAt: null, repetitions: 0, nextAt: now + FIRST_PROBES_EVERY_MS };
    }
    return news;
  }

  /** In how many milliseconds there is something to check, at most. */
  nextCheckMs(inFlight: readonly UpstreamCall[]): number {
    if (this.#silence !== null || this.#lost.length > 0) return FIRST_PROBES_EVERY_MS / 2;
    const oldest = inFlight.find((call) => !call.isOverdue && !call.isRelay);
    if (oldest === undefined) return MIN_OVERDUE_MS;
    return Math.max(1, oldest.startedAt + this.#limitMs - this.#clock.now());
  }

  /**
   * The overdue call whose repetition is the next probe; undefined when none is due. One slow call for one need proves no
   * silence: a chart may take that long, and is read once.
   */
  nextToProbe(): UpstreamCall | undefined {
    const silence = this.#silence;
    const now = this.#clock.now();
    if (silence === null || now < silence.nextAt) return undefined;
    if (silence.probedAt === null && this.#isOneNeed) return undefined;
    const free = this.#overdue.filter(({ counterpart }) => counterpart === null);
    const call = free[silence.repetitions % free.length];
    if (call === undefined) return undefined;
    silence.probedAt ??= now;
    silence.repetitions += 1;
    silence.nextAt = now + (silence.repetitions < FIRST_PROBES ? FIRST_PROBES_EVERY_MS : PROBES_EVERY_MS);
    return call;
  }

  get #isOneNeed(): boolean {
    const [first, second] = this.#overdue;
    return second === undefined && (first?.openParts.length ?? 0) < 2;
  }

  /** The call has been repeated. */
  recordRepetition(call: UpstreamCall): void {
    this.#lost = this.#lost.filter((one) => one !== call);
  }

  get #maxProbeMs(): number {
    return Math.max(MAX_PROBE_MS, PROBE_TIMES_P99 * this.#durations.p99Ms);
  }

  get #limitMs(): number {
    return Math.max(MIN_OVERDUE_MS, TIMES_P99 * this.#durations.p99Ms);
  }
}

/** Neither a download nor one of two that ask for the same. */
function isLoneQuery({ isRelay, isRepetition, counterpart }: UpstreamCall): boolean {
  return !isRelay && !isRepetition && counterpart === null;
}

/** Whether something came back: not where we have given up, nor where the time limit of the call has passed. */
function isHeard(error: unknown): boolean {
  if (error === null) return true;
  return (
    error instanceof RedoxError && (error.code !== 'UPSTREAM_TIMEOUT' || Boolean(error.details.redox?.status))
  );
}
