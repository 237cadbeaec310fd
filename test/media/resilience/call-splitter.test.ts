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
  const call = { box: boxOf('V-1', 'V-2'), half: null, startedAt: 0, lastWaiterDeadline: null };
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

describe('a half that is cancelled, as no operation waits for it any more', () => {
  const clock = new FakeClock();
  const call = {
    box: boxOf('V-1', 'V-2', 'V-3', 'V-4'),
    half: null,
    startedAt: 0,
    lastWaiterDeadline: null,
  };

  /** `leftMs`: how long before its deadline the operation ends. */
  function cancelHalf(status: number, isOtherAnswered: boolean, leftMs: number): CallSplitter {
    const splitter = createSplitter(clock);
    const list = longestList(call.box);
    if (list === null) throw new Error('a box with a list has a longest one');
    const { code, ...rule } = ruleOfStatus(status);
    const half = splitter.split(call, list, new RedoxError(code, rule));
    half.recordStart();
    half.recordStart();
    if (isOtherAnswered) splitter.recordSuccess({ ...call, box: boxOf('V-1', 'V-2'), half });
    const cancelled = { ...call, box: boxOf('V-3', 'V-4'), half, lastWaiterDeadline: clock.now() + leftMs };
    splitter.recordFailure(cancelled, new Error('cancelled'));
    return splitter;
  }

  test.each([
    ['at its time', 0],
    ['late, as the process was busy', -500],
    ['a little early, as timers may be', 20],
  ])(
    'makes its values culprits if the list was late, the other half was answered, and the deadline came %s',
    (_, leftMs) => {
      const splitter = cancelHalf(504, true, leftMs);
      expect(splitter.cutOutCulprits(call.box)).toEqual([boxOf('V-3'), boxOf('V-4'), boxOf('V-1', 'V-2')]);
      splitter.recordSuccess({ ...call, box: boxOf('V-4') });
      expect(splitter.cutOutCulprits(call.box)).toEqual([boxOf('V-3'), boxOf('V-1', 'V-2', 'V-4')]);
    },
  );

  test.each([
    ['the list was refused', 400, true, 0],
    ['nothing was answered', 504, false, 0],
    ['the client disconnected a second before the deadline', 504, true, 1000],
  ])('tells nothing of its values if %s', (_, status, isOtherAnswered, leftMs) => {
    expect(cancelHalf(status, isOtherAnswered, leftMs).cutOutCulprits(call.box)).toEqual([call.box]);
  });
});
