/** What bounds the calls that failures cause, in its own time. */
import { describe, expect, test } from 'vitest';
import { createBox } from '../../../src/media/model/need.ts';
import { longestList } from '../../../src/media/planning/cut.ts';
import { CallSplitter } from '../../../src/media/resilience/call-splitter.ts';
import { TokenBucket } from '../../../src/media/resilience/token-bucket.ts';
import { RedoxError, ruleOfStatus } from '../../../src/redox/redox-error.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** How many may be taken at once. */
function drain(bucket: TokenBucket): number {
  let count = 0;
  while (bucket.take()) count += 1;
  return count;
}

const boxOf = (...visitNumbers: string[]) => createBox({ visitNumbers });

/** How many calls may be split at once; `helps`: each of them has a half that is answered. */
function split(splitter: CallSplitter, helps: boolean): number {
  const call = { box: boxOf('V-1', 'V-2'), half: null, startedAt: 0 };
  const list = longestList(call.box);
  if (list === null) throw new Error('a box with a list has a longest one');
  let count = 0;
  for (; splitter.maySplit; count += 1) {
    const half = splitter.split(call, list, new RedoxError('UPSTREAM_REJECTED', ruleOfStatus(400)));
    half.recordStart();
    if (helps) splitter.recordSuccess({ ...call, box: boxOf('V-1'), half });
    else splitter.recordFailure({ ...call, box: boxOf('V-1'), half }, new Error('it tells nothing'));
    half.recordEnd();
  }
  return count;
}

function createSplitter(clock: FakeClock): CallSplitter {
  const ignore = () => undefined;
  return new CallSplitter({ clock, hash: (text) => text, onTooLong: ignore, onAllRefused: ignore });
}

test('a bucket has so many at once, and so many a second from then on, never more than it holds', () => {
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

describe('splits of a destination', () => {
  test('that lead to nothing are 32, and one a second', () => {
    const clock = new FakeClock();
    const splitter = createSplitter(clock);
    expect(split(splitter, false)).toBe(32);
    clock.tick(3000);
    expect(split(splitter, false)).toBe(3);
  });

  test('that each lead to an answer are 100, and five a second', () => {
    const clock = new FakeClock();
    const splitter = createSplitter(clock);
    expect(split(splitter, true)).toBe(100);
    clock.tick(3000);
    expect(split(splitter, true)).toBe(15);
  });
});
