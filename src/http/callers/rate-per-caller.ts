/** Refuses the operations of a caller above a maximum number in a rolling window (`RATE_PER_CALLER`), whatever they request. */
import { hash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Rate } from '../../config/value-parsers.ts';
import { GatewayError } from '../../errors.ts';
import { type CallerName, callerKey } from '../../media/model/rights.ts';

/**
 * Operations within this fraction of the window are counted as one entry, with the time of the last one. So the list stays short
 * whatever the rate is, and a place becomes free later by at most this fraction, never sooner.
 */
const RESOLUTION = 1 / 64;

/** Each takes a few kilobytes. Above this number, the count of the caller that has been inactive for longest is forgotten. */
const MAX_CALLERS = 10_000;

/**
 * How many of the callers that have been inactive for longest are checked at each operation: more than the one that may be added.
 */
const MAX_FORGOTTEN_AT_ONCE = 2;

interface Entry {
  readonly firstAt: number;
  lastAt: number;
  operations: number;
}

interface Recent {
  /** The entries within the window, oldest first. */
  readonly entries: Entry[];
  operations: number;
}

export class RatePerCaller {
  readonly #rate: Rate;
  readonly #clock: Clock;
  /** By a digest of the caller, as names may be long; the caller with the latest operation is last. */
  readonly #recent = new Map<string, Recent>();

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** How many callers are remembered. */
  get size(): number {
    return this.#recent.size;
  }

  /** Counts an operation. @throws RATE_LIMITED for an operation above the rate, which is then not counted. */
  take(caller: CallerName): void {
    const now = this.#clock.now();
    const key = hash('sha256', callerKey(caller), 'base64url');
    const recent = this.#recent.get(key) ?? { entries: [], operations: 0 };
    this.#recent.delete(key);
    this.#forget(now);
    this.#recent.set(key, recent);
    this.#dropPast(recent, now);
    const { calls, windowMs } = this.#rate;
    const [oldest] = recent.entries;
    if (oldest !== undefined && recent.operations >= calls) {
      const retryAfterSeconds = Math.max(1, Math.ceil((oldest.lastAt + windowMs - now) / 1000));
      throw new GatewayError('RATE_LIMITED', { retryAfterSeconds });
    }
    count(recent, now, windowMs * RESOLUTION);
  }

  #dropPast(recent: Recent, now: number): void {
    for (;;) {
      const [oldest] = recent.entries;
      if (oldest === undefined || oldest.lastAt + this.#rate.windowMs > now) return;
      recent.operations -= oldest.operations;
      recent.entries.shift();
    }
  }

  #forget(now: number): void {
    for (const [key, { entries }] of [...this.#recent.entries().take(MAX_FORGOTTEN_AT_ONCE)]) {
      const isPast = (entries.at(-1)?.lastAt ?? 0) + this.#rate.windowMs <= now;
      if (isPast || this.#recent.size >= MAX_CALLERS) this.#recent.delete(key);
    }
  }
}

function count(recent: Recent, now: number, resolutionMs: number): void {
  recent.operations += 1;
  const last = recent.entries.at(-1);
  if (last === undefined || now - last.firstAt >= resolutionMs) {
    recent.entries.push({ firstAt: now, lastAt: now, operations: 1 });
    return;
  }
  last.operations += 1;
  last.lastAt = now;
}
