/**
 * Stops calls to an upstream that fails: after failures in a row all calls are rejected at once, but for one probe at a time
 * that finds out whether the upstream is back.
 */
import type { Clock } from '../../clock.ts';

/** Fewer would let one bad moment stop all callers; more would keep callers waiting for calls that are bound to fail. */
const FAILURES_TO_OPEN = 5;

/** One operation's calls may all fail in one moment, which proves nothing about those of others. */
const MIN_STREAK_MS = 1000;

/** Between two probes: half of the second within which callers should notice that the upstream is back. */
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

  /** In milliseconds. */
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

  /** A call starts. */
  start(): void {
    if (!this.#isOpen) return;
    this.#isProbing = true;
    this.#probeAt = this.#clock.now() + PROBE_EVERY_MS;
  }

  /** A call got a response, of whatever kind. */
  recordSuccess(): void {
    this.#failures = 0;
    this.#isOpen = false;
    this.#isHeld = false;
    this.#isProbing = false;
  }

  /** A call failed for a reason that other calls will fail for. */
  recordFailure(): void {
    const now = this.#clock.now();
    if (this.#failures === 0) this.#streakSince = now;
    this.#failures += 1;
    this.#isOpen ||= this.#failures >= FAILURES_TO_OPEN && now - this.#streakSince >= MIN_STREAK_MS;
    this.#isProbing = false;
    this.#probeAt = now + PROBE_EVERY_MS;
  }

  /** A query was refused: perhaps for what it asks, so that closed stays closed, but no proof that others would be answered. */
  recordRefusal(): void {
    if (this.#isOpen) this.recordFailure();
  }

  /** Nothing comes back, not even from probes: no call starts until something does, or `release`. */
  hold(): void {
    this.#isOpen = true;
    this.#isHeld = true;
  }

  release(): void {
    if (this.#isHeld) this.#probeAt = this.#clock.now();
    this.#isHeld = false;
  }

  /** A call ended in a way that proves nothing. */
  recordInconclusive(): void {
    if (this.#isProbing) this.#probeAt = this.#clock.now();
    this.#isProbing = false;
  }
}
