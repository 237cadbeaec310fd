/**
 * Stops calls to a failing upstream. After several failures in a row all calls are rejected at once, except for one probe at a
 * time, which finds out whether the upstream has recovered.
 */
import type { Clock } from '../../clock.ts';

/**
 * With fewer, a short disturbance would stop all callers; with more, callers would wait longer for calls that are going to fail.
 */
const FAILURES_TO_OPEN = 5;

/** The failures must span this time: all calls of one operation may fail at once, which proves nothing about other operations. */
const MIN_STREAK_MS = 1000;

/** The time between two probes: half of the second within which callers should notice that the upstream has recovered. */
const PROBE_EVERY_MS = 500;

export type CircuitState = 'closed' | 'open' | 'half-open';

export class CircuitBreaker {
  readonly #clock: Clock;
  #failures = 0;
  #streakSince = 0;
  #isOpen = false;
  /** When the next probe may start; only read while open. */
  #probeAt = 0;
  #isProbing = false;
  #isHeld = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): CircuitState {
    if (!this.#isOpen) return 'closed';
    return this.#isProbing ? 'half-open' : 'open';
  }

  /** Whether a call may start now. */
  get admits(): boolean {
    return !this.#isOpen || (!this.#isHeld && this.#clock.now() >= this.#probeAt);
  }

  /** Records the start of a call, which is a probe while the breaker is open. */
  recordStart(): void {
    if (!this.#isOpen) return;
    this.#isProbing = true;
    this.#probeAt = this.#clock.now() + PROBE_EVERY_MS;
  }

  /** Records a call that shows the upstream to work. */
  recordSuccess(): void {
    this.#failures = 0;
    this.#isOpen = false;
    this.#isHeld = false;
    this.#isProbing = false;
  }

  /** Records a failure whose cause affects other calls as well. */
  recordFailure(): void {
    const now = this.#clock.now();
    if (this.#failures === 0) this.#streakSince = now;
    this.#failures += 1;
    this.#isOpen ||= this.#failures >= FAILURES_TO_OPEN && now - this.#streakSince >= MIN_STREAK_MS;
    this.#isProbing = false;
    this.#probeAt = now + PROBE_EVERY_MS;
  }

  /**
   * Records a refused query. The query itself may be the reason, so a closed breaker stays closed; but the refusal does not show
   * that other queries would be answered, so an open breaker stays open.
   */
  recordRefusal(): void {
    if (this.#isOpen) this.recordFailure();
  }

  /** Admits no calls, not even probes, until a call succeeds or `release` is called: probes are not answered either. */
  hold(): void {
    this.#isOpen = true;
    this.#isHeld = true;
  }

  /** Ends `hold`: a probe may start at once. */
  release(): void {
    if (this.#isHeld) this.#probeAt = this.#clock.now();
    this.#isHeld = false;
  }

  /** Records a call whose end proves nothing about the upstream. If it was a probe, another may start at once. */
  recordInconclusive(): void {
    if (this.#isProbing) this.#probeAt = this.#clock.now();
    this.#isProbing = false;
  }
}
