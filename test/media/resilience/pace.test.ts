/** The pace after refusals (429): it slows down, finds the pace that Redox accepts, and stops only when no call is accepted. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pace } from '../../../src/media/resilience/pace.ts';
import { CASES } from '../../support/cases.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const WINDOW_MS = 300_000;
/** 25 a second. */
const QUOTA = { calls: 7500, windowMs: WINDOW_MS };
const NO_PAUSE = { pauseMs: undefined, estimatedMs: undefined };

/** Accepts `calls` calls in a rolling window. */
class Upstream {
  calls: number;
  readonly #windowMs: number;
  readonly #taken: number[] = [];

  constructor(calls: number, windowMs: number) {
    this.calls = calls;
    this.#windowMs = windowMs;
  }

  takes(now: number): boolean {
    while ((this.#taken[0] ?? now) + this.#windowMs <= now) this.#taken.shift();
    if (this.#taken.length >= this.calls) return false;
    this.#taken.push(now);
    return true;
  }
}

/** Calls as fast as the pace allows, up to a thousand a second. */
function call(clock: FakeClock, pace: Pace, upstream: Upstream, seconds: number, pauseMs?: number) {
  const end = clock.now() + seconds * 1000;
  const counts = { taken: 0, refused: 0 };
  let lastStart = Number.NEGATIVE_INFINITY;
  for (;;) {
    const waitMs = Math.max(1, pace.delayMs(lastStart));
    if (clock.now() + waitMs > end) break;
    clock.tick(waitMs);
    lastStart = clock.now();
    if (upstream.takes(lastStart)) {
      counts.taken += 1;
      pace.recordAnswered(lastStart);
    } else {
      counts.refused += 1;
      pace.recordRefused(lastStart, { ...NO_PAUSE, pauseMs });
    }
  }
  clock.tick(end - clock.now());
  return counts;
}

test('the pace is not limited while no call is refused', () => {
  const clock = new FakeClock();
  const pace = new Pace(QUOTA, clock);
  pace.recordAnswered(clock.now());
  expect([pace.delayMs(clock.now()), pace.intervalMs]).toEqual([0, 0]);
});

test.each([
  { calls: 25, windowMs: 1000, pauseMs: 1000 },
  { calls: 25, windowMs: 1000, pauseMs: undefined },
  { calls: 2, windowMs: 1000, pauseMs: undefined },
  { calls: 200, windowMs: 1000, pauseMs: 1000 },
  { calls: 100, windowMs: 10_000, pauseMs: undefined },
])('of an upstream quota of %o, nine tenths are used, with at most one refused call in twenty', (quota) => {
  const clock = new FakeClock();
  const pace = new Pace(QUOTA, clock);
  const upstream = new Upstream(quota.calls, quota.windowMs);
  call(clock, pace, upstream, 60, quota.pauseMs);
  const { taken, refused } = call(clock, pace, upstream, 120, quota.pauseMs);
  const possible = (120_000 / quota.windowMs) * quota.calls;
  expect(taken).toBeGreaterThanOrEqual(0.9 * possible);
  expect(refused).toBeLessThanOrEqual(0.05 * (taken + refused));
});

test('an upstream quota that grows is soon used', () => {
  const clock = new FakeClock();
  const pace = new Pace(QUOTA, clock);
  const upstream = new Upstream(5, 1000);
  call(clock, pace, upstream, 30);
  upstream.calls = 500;
  call(clock, pace, upstream, 60);
  expect(call(clock, pace, upstream, 10).taken).toBeGreaterThanOrEqual(4500);
});

describe('a pace that few calls use', () => {
  /** Records this many answered calls within a second, and then one refused call. */
  function refuseAfter(answered: number) {
    const clock = new FakeClock();
    const pace = new Pace(QUOTA, clock);
    for (let at = 0; at < answered; at++) pace.recordAnswered(clock.now());
    clock.tick(10);
    pace.recordRefused(clock.now(), NO_PAUSE);
    return { clock, pace };
  }

  test('rises to the pace that was accepted before, and no further', () => {
    const { clock, pace } = refuseAfter(100);
    for (let burst = 0; burst < 12; burst++) {
      clock.tick(5000);
      for (let at = 0; at < 10; at++) pace.recordAnswered(clock.now());
    }
    expect(pace.intervalMs).toBeCloseTo(10, 5);
  });

  test('rises with time alone to the even pace of the quota', () => {
    const { clock, pace } = refuseAfter(8);
    expect(pace.intervalMs).toBeGreaterThan(125);
    clock.tick(60_000);
    expect(pace.intervalMs).toBeCloseTo(40, 5);
  });

  test('is soon forgotten when it was only a guess, since few calls were answered before the refusal', () => {
    const { clock, pace } = refuseAfter(1);
    expect(pace.intervalMs).toBeGreaterThan(250);
    clock.tick(120_000);
    expect(pace.intervalMs).toBe(0);
  });

  test('no longer reports the quota as used up long after the last refusal', () => {
    const { clock, pace } = refuseAfter(100);
    for (let refusals = 0; refusals < 6; refusals++) {
      clock.tick(6000 + pace.delayMs(clock.now()));
      pace.recordRefused(clock.now(), NO_PAUSE);
    }
    expect([pace.isStopped, pace.usedUpMs > 0]).toEqual([true, true]);
    clock.tick(200_000);
    expect(pace.delayMs(clock.now() - 1000)).toBe(0);
    expect([pace.isStopped, pace.usedUpMs > 0]).toEqual([false, false]);
  });
});

describe('refused calls that were in flight together', () => {
  test('count as one refusal', () => {
    const clock = new FakeClock();
    const pace = new Pace(QUOTA, clock);
    for (let at = 0; at < 100; at++) pace.recordAnswered(clock.now());
    const startedAt = clock.now();
    clock.tick(10);
    pace.recordRefused(startedAt, NO_PAUSE);
    const { intervalMs } = pace;
    for (let at = 0; at < 15; at++) pace.recordRefused(startedAt, NO_PAUSE);
    expect(pace.intervalMs).toBe(intervalMs);
    expect(intervalMs).toBeCloseTo(1000 / 85, 5);
  });
});

describe('a stop', () => {
  /** Sends this many calls at the pace, all of which are refused. Returns when the last one started. */
  function refuse(
    clock: FakeClock,
    pace: Pace,
    times: number,
    refusal: Parameters<Pace['recordRefused']>[1],
  ) {
    let lastStart = clock.now();
    for (let at = 0; at < times; at++) {
      clock.tick(pace.delayMs(lastStart));
      lastStart = clock.now();
      pace.recordRefused(lastStart, refusal);
    }
    return lastStart;
  }

  test('follows three refusals in a row at a lowered pace, and lasts as long as Retry-After says', () => {
    const clock = new FakeClock();
    const pace = new Pace(QUOTA, clock);
    const refusal = { pauseMs: 60_000, estimatedMs: 60_000 };
    let lastStart = refuse(clock, pace, 3, refusal);
    expect(pace.delayMs(lastStart)).toBeLessThan(1500);
    lastStart = refuse(clock, pace, 1, refusal);
    expect(pace.delayMs(lastStart)).toBeCloseTo(60_000, 3);
    // The next refusal stops calls again at once.
    lastStart = refuse(clock, pace, 1, refusal);
    expect(pace.delayMs(lastStart)).toBeCloseTo(60_000, 3);
  });

  test('is never longer than a window, whatever Retry-After says', () => {
    const clock = new FakeClock();
    const pace = new Pace(QUOTA, clock);
    const lastStart = refuse(clock, pace, 4, { pauseMs: 3_600_000, estimatedMs: undefined });
    expect(pace.delayMs(lastStart)).toBeCloseTo(WINDOW_MS, 3);
  });

  test('lasts a second without Retry-After, and twice as long each time, at most half a minute', () => {
    const clock = new FakeClock();
    const pace = new Pace(QUOTA, clock);
    const waits = [4, 1, 1, 1, 1, 1, 1].map((times) => {
      const lastStart = refuse(clock, pace, times, NO_PAUSE);
      return Math.round(pace.delayMs(lastStart) / 1000);
    });
    // The first two stops are shorter than the interval of the pace.
    expect(waits.slice(2)).toEqual([4, 8, 16, 30, 30]);
    expect(pace.usedUpMs).toBe(WINDOW_MS);
  });

  test('does not happen while some calls are answered', () => {
    const clock = new FakeClock();
    const pace = new Pace(QUOTA, clock);
    for (let round = 0; round < 20; round++) {
      const lastStart = refuse(clock, pace, 2, NO_PAUSE);
      clock.tick(pace.delayMs(lastStart));
      pace.recordAnswered(clock.now());
      expect(pace.usedUpMs).toBeLessThanOrEqual(0);
    }
  });
});

test('after any refusals, the next call may start within a window, and two windows later all are forgotten', () => {
  const event = fc.record({
    afterMs: fc.integer({ min: 0, max: 20_000 }),
    ageMs: fc.integer({ min: 0, max: 5000 }),
    pauseMs: fc.option(fc.integer({ min: 0, max: 3_600_000 }), { nil: undefined }),
    isRefused: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const clock = new FakeClock();
      const pace = new Pace(QUOTA, clock);
      for (const { afterMs, ageMs, pauseMs, isRefused } of events) {
        clock.tick(afterMs);
        if (isRefused) pace.recordRefused(clock.now() - ageMs, { pauseMs, estimatedMs: undefined });
        else pace.recordAnswered(clock.now() - ageMs);
        const delayMs = pace.delayMs(clock.now());
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(WINDOW_MS + 1);
      }
      clock.tick(2 * WINDOW_MS);
      expect(pace.delayMs(clock.now())).toBe(0);
    }),
    { numRuns: CASES },
  );
});
