/** The budgets of splits, on a fake clock. */
import { describe, expect, test } from 'vitest';
import { createBox } from '../../../src/media/model/need.ts';
import { longestList } from '../../../src/media/planning/cut.ts';
import { CallSplitter } from '../../../src/media/resilience/call-splitter.ts';
import { TokenBucket } from '../../../src/media/resilience/token-bucket.ts';
import { RedoxError, ruleOfStatus } from '../../../src/redox/redox-error.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** Returns how many tokens can be taken at once. */
function drain(bucket: TokenBucket): number {
  let count = 0;
  while (bucket.take()) count += 1;
  return count;
}

const boxOf = (...visitNumbers: string[]) => createBox({ visitNumbers });

/** Splits calls as long as the budget allows, and returns how many. `isHalfAnswered`: one half of each call is answered. */
function splitAll(splitter: CallSplitter, isHalfAnswered: boolean): number {
  const call = { box: boxOf('V-1', 'V-2'), half: null, startedAt: 0 };
  const list = longestList(call.box);
  if (list === null) throw new Error('a box with a list has a longest one');
  let count = 0;
  for (; splitter.maySplit; count += 1) {
    const half = splitter.split(call, list, new RedoxError('UPSTREAM_REJECTED', ruleOfStatus(400)));
    half.recordStart();
    if (isHalfAnswered) splitter.recordSuccess({ ...call, box: boxOf('V-1'), half });
    else splitter.recordFailure({ ...call, box: boxOf('V-1'), half }, new Error('it tells nothing'));
    half.recordEnd();
  }
  return count;
}

function createSplitter(clock: FakeClock): CallSplitter {
  const ignore = () => undefined;
  return new CallSplitter({ clock, hash: (text) => text, onTooLong: ignore, onAllRefused: ignore });
}

test('a token bucket starts full, is refilled at its rate, and never holds more than its maximum', () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ maxTokens: 100, tokensPerSecond: 5 }, clock);
  expect(drain(bucket)).toBe(100);
  clock.tick(199);
  expect(drain(bucket)).toBe(0);
  clock.tick(1);
  expect(drain(bucket)).toBe(1);
  clock.tick(3000);
  expect(drain(bucket)).toBe(15);
  clock.tick(3_600_000);
  bucket.release();
  expect(drain(bucket)).toBe(100);
});

describe('the split budget of a destination', () => {
  test('allows 32 splits, and one more each second, while no half is answered', () => {
    const clock = new FakeClock();
    const splitter = createSplitter(clock);
    expect(splitAll(splitter, false)).toBe(32);
    clock.tick(3000);
    expect(splitAll(splitter, false)).toBe(3);
  });

  test('allows 100 splits, and five more each second, when a half of each call is answered', () => {
    const clock = new FakeClock();
    const splitter = createSplitter(clock);
    expect(splitAll(splitter, true)).toBe(100);
    clock.tick(3000);
    expect(splitAll(splitter, true)).toBe(15);
  });
});
