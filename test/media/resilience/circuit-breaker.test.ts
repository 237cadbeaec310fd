/** The circuit breaker and the retry budget, each by itself, on a fake clock. */

import { describe, expect, test } from 'vitest';
import { CircuitBreaker } from '../../../src/media/resilience/circuit-breaker.ts';
import { RetryBudget } from '../../../src/media/resilience/retry-policy.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function openBreaker() {
  const clock = new FakeClock();
  const breaker = new CircuitBreaker(clock);
  for (let failure = 0; failure < 4; failure += 1) breaker.recordFailure();
  clock.tick(1000);
  breaker.recordFailure();
  return { breaker, clock };
}

describe('a circuit breaker', () => {
  test('opens after five failures in a row, but not after four, and not when a success comes between them', () => {
    const clock = new FakeClock();
    const breaker = new CircuitBreaker(clock);
    const fail = (times: number) => {
      for (let failure = 0; failure < times; failure += 1) {
        breaker.recordFailure();
        clock.tick(300);
      }
    };
    fail(4);
    expect([breaker.state, breaker.admits]).toEqual(['closed', true]);
    breaker.recordSuccess();
    fail(4);
    expect(breaker.state).toBe('closed');
    fail(1);
    expect([breaker.state, breaker.admits]).toEqual(['open', false]);
  });

  test('does not open for failures within one second, however many', () => {
    const clock = new FakeClock();
    const breaker = new CircuitBreaker(clock);
    for (let failure = 0; failure < 100; failure += 1) breaker.recordFailure();
    clock.tick(999);
    breaker.recordFailure();
    expect(breaker.state).toBe('closed');
    clock.tick(1);
    breaker.recordFailure();
    expect(breaker.state).toBe('open');
  });

  test('admits one probe half a second after it opened, and no other call', () => {
    const { breaker, clock } = openBreaker();
    clock.tick(499);
    expect(breaker.admits).toBe(false);
    clock.tick(1);
    expect(breaker.admits).toBe(true);
    breaker.recordStart();
    expect([breaker.state, breaker.admits]).toEqual(['half-open', false]);
  });

  test('admits another probe half a second later while the first one is still in flight', () => {
    const { breaker, clock } = openBreaker();
    clock.tick(500);
    breaker.recordStart();
    clock.tick(499);
    expect(breaker.admits).toBe(false);
    clock.tick(1);
    expect(breaker.admits).toBe(true);
    breaker.recordStart();
    expect(breaker.admits).toBe(false);
    breaker.recordSuccess();
    expect(breaker.state).toBe('closed');
  });

  test.each<[string, (breaker: CircuitBreaker) => void, string, boolean]>([
    ['closes when the probe succeeds', (breaker) => breaker.recordSuccess(), 'closed', true],
    ['stays open when the probe fails', (breaker) => breaker.recordFailure(), 'open', false],
    [
      'admits the next probe at once when the probe proved nothing',
      (breaker) => breaker.recordInconclusive(),
      'open',
      true,
    ],
  ])('%s', (_, ends, state, admits) => {
    const { breaker, clock } = openBreaker();
    clock.tick(500);
    breaker.recordStart();
    ends(breaker);
    expect([breaker.state, breaker.admits]).toEqual([state, admits]);
  });
});

function takeFrom(budget: RetryBudget): boolean {
  if (!budget.hasRoom) return false;
  budget.recordRetry();
  return true;
}

describe('a retry budget', () => {
  test('allows three retries, or a tenth of the calls of the last ten seconds', () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(clock);
    expect([1, 2, 3, 4].map(() => takeFrom(budget))).toEqual([true, true, true, false]);
    for (let call = 0; call < 50; call += 1) budget.recordCall();
    expect([4, 5, 6].map(() => takeFrom(budget))).toEqual([true, true, false]);
  });

  test('is full again after ten seconds', () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(clock);
    for (let call = 0; call < 100; call += 1) budget.recordCall();
    for (let retry = 0; retry < 10; retry += 1) takeFrom(budget);
    expect(takeFrom(budget)).toBe(false);
    clock.tick(10_001);
    expect([1, 2, 3, 4].map(() => takeFrom(budget))).toEqual([true, true, true, false]);
  });
});
