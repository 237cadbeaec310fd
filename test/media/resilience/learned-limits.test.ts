/** The limits learned for one destination, on a fake clock. */
import { describe, expect, test } from 'vitest';
import type { Box } from '../../../src/media/model/box.ts';
import { patientKey } from '../../../src/media/model/keys.ts';
import { LearnedLimits } from '../../../src/media/resilience/learned-limits.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MOST = { patients: 100, visits: 100, documents: 100 };
const [TEN_SECONDS, TEN_MINUTES] = [10_000, 10 * 60_000];

/** Returns the length of lists that is planned with when a test of it saves a call. */
function lengthToTry({ choices: [proven, ...longer] }: LearnedLimits): number {
  return (longer[0] ?? proven).patients;
}

function boxOf(patients: number): Box {
  return {
    patients: new Set(
      Array.from({ length: patients }, (_, at) => patientKey([{ id: `p${at}`, idType: 'MR' }])),
    ),
    visits: 'all',
    types: 'all',
    documents: 'all',
  };
}

function createLimits(maxBytes = 40_000_000) {
  const clock = new FakeClock();
  return { clock, limits: new LearnedLimits(MOST, maxBytes, clock) };
}

/** Sends a list to a destination that accepts `maxLength`, in halves when refused. Returns the longest length that passed. */
function send(limits: LearnedLimits, length: number, maxLength: number): number {
  if (length <= maxLength) {
    limits.recordReply(boxOf(length), 0);
    return length;
  }
  const halves = [Math.floor(length / 2), Math.ceil(length / 2)];
  const longest = Math.max(...halves.map((half) => send(limits, half, maxLength)));
  limits.recordTooLong(listOf(length, longest, 'refused'));
  return longest;
}

function listOf(length: number, longestPiece: number, cause: 'refused' | 'timed-out', startedAt = 0) {
  return { dimension: 'patients', length, longestPiece, cause, startedAt } as const;
}

/** Sends lists of the planned length until the length no longer changes. Returns the lengths that were sent. */
function settleOn(limits: LearnedLimits, maxLength: number): number[] {
  const tried: number[] = [];
  for (let round = 0; round < 20; round++) {
    const length = lengthToTry(limits);
    if (tried.at(-1) === length && length <= maxLength) return tried;
    tried.push(length);
    send(limits, length, maxLength);
    limits.recordIdle();
  }
  return tried;
}

test('starts at the configured limits, without longer lists to test', () => {
  const { limits } = createLimits();
  expect(limits.choices).toEqual([MOST]);
  expect(limits.isProven(boxOf(100))).toBe(true);
});

test.each([1, 2, 3, 7, 50, 99, 100])('finds a limit of %i, and keeps it', (takes) => {
  const { limits } = createLimits();
  const tried = settleOn(limits, takes);
  expect(lengthToTry(limits)).toBe(takes);
  expect(tried.filter((length) => length > takes).length).toBeLessThanOrEqual(Math.ceil(Math.log2(100)));
  expect(limits.isProven(boxOf(takes))).toBe(true);
});

test('learns a limit for the list that failed only: the limits of visits and documents stay the same', () => {
  const { limits } = createLimits();
  settleOn(limits, 7);
  expect(limits.choices).toEqual([{ patients: 7, visits: 100, documents: 100 }]);
});

describe('after a refusal', () => {
  test('the middle between passing and failing lengths is a choice, and so is one below the failing length', () => {
    const { limits } = createLimits();
    send(limits, 20, 10);
    limits.recordIdle();
    expect(limits.choices.map(({ patients }) => patients)).toEqual([10, 15, 19]);
  });

  test('no other length is tested until the destination has been idle', () => {
    const { limits } = createLimits();
    send(limits, 20, 10);
    expect(lengthToTry(limits)).toBe(10);
    limits.recordIdle();
    expect(lengthToTry(limits)).toBe(15);
    expect(limits.isProven(boxOf(15))).toBe(false);
    send(limits, 15, 10);
    expect(lengthToTry(limits)).toBe(10);
  });

  test('ten seconds later a longer list is tested, even if the destination was never idle', () => {
    const { limits, clock } = createLimits();
    send(limits, 100, 13);
    expect(lengthToTry(limits)).toBe(13);
    send(limits, 20, 13);
    clock.tick(TEN_SECONDS - 1);
    expect(lengthToTry(limits)).toBe(13);
    clock.tick(1);
    expect(lengthToTry(limits)).toBe(20);
  });

  test('the failing length is tested after ten seconds, then after twice as long each time, at most ten minutes', () => {
    const { limits, clock } = createLimits();
    send(limits, 20, 7);
    settleOn(limits, 7);
    let pauseMs = TEN_SECONDS;
    for (let round = 0; round < 10; round++) {
      clock.tick(pauseMs - 1);
      expect(lengthToTry(limits)).toBe(7);
      clock.tick(1);
      expect(lengthToTry(limits)).toBe(11);
      send(limits, 11, 7);
      limits.recordIdle();
      expect(lengthToTry(limits)).toBe(7);
      pauseMs = Math.min(2 * pauseMs, TEN_MINUTES);
    }
    expect(pauseMs).toBe(TEN_MINUTES);
  });

  test.each([1, 7, 60, 99])(
    'a limit of %i that no longer exists grows back to the configured one',
    (takes) => {
      const { limits, clock } = createLimits();
      settleOn(limits, takes);
      clock.tick(TEN_SECONDS);
      const tried = settleOn(limits, 100);
      expect(lengthToTry(limits)).toBe(100);
      expect(tried.length).toBeLessThanOrEqual(15);
      expect(limits.isProven(boxOf(100))).toBe(true);
    },
  );
});

test('a lower limit is learned as quickly as the first one', () => {
  const { limits } = createLimits();
  settleOn(limits, 50);
  expect(settleOn(limits, 3).filter((length) => length > 3).length).toBeLessThanOrEqual(7);
  expect(lengthToTry(limits)).toBe(3);
});

describe('a list that times out while its pieces are answered', () => {
  test('is too long when this happens twice in succession', () => {
    const { limits, clock } = createLimits();
    limits.recordTooLong(listOf(50, 25, 'timed-out', clock.now() - 1000));
    expect(limits.choices).toEqual([MOST]);
    clock.tick(1000);
    limits.recordTooLong(listOf(50, 25, 'timed-out', clock.now() - 1));
    expect(limits.choices[0].patients).toBe(25);
  });

  test('is not too long when all lists that timed out were in flight together', () => {
    const { limits, clock } = createLimits();
    for (let at = 0; at < 16; at++) limits.recordTooLong(listOf(50, 25, 'timed-out', clock.now() - 1));
    expect(limits.choices).toEqual([MOST]);
  });

  test('is not too long when a list as long is answered in between', () => {
    const { limits, clock } = createLimits();
    limits.recordTooLong(listOf(50, 25, 'timed-out', clock.now() - 1));
    clock.tick(1000);
    limits.recordReply(boxOf(50), 0);
    limits.recordTooLong(listOf(50, 25, 'timed-out', clock.now() - 1));
    expect(limits.choices).toEqual([MOST]);
  });
});

describe('the size of replies', () => {
  test('keeps the expected reply below seven tenths of the largest reply', () => {
    const { limits } = createLimits(1000);
    limits.recordReply(boxOf(10), 500);
    expect(lengthToTry(limits)).toBe(14);
  });

  test('never limits a list to less than one value, however large that value is', () => {
    const { limits } = createLimits(1000);
    limits.recordReply(boxOf(1), 999);
    expect(lengthToTry(limits)).toBe(1);
  });

  test('lets calls grow again when replies become smaller', () => {
    const { limits } = createLimits(1000);
    limits.recordReply(boxOf(1), 999);
    for (let answer = 0; answer < 30; answer++) limits.recordReply(boxOf(1), 1);
    expect(lengthToTry(limits)).toBe(100);
  });

  test('limits nothing when replies are empty', () => {
    const { limits } = createLimits(1000);
    limits.recordReply(boxOf(5), 0);
    expect(lengthToTry(limits)).toBe(100);
  });
});
