/** What is learned of one destination, in its own time. */
import { describe, expect, test } from 'vitest';
import type { Box } from '../../../src/media/model/box.ts';
import { patientKey } from '../../../src/media/model/keys.ts';
import { LearnedLimits } from '../../../src/media/resilience/learned-limits.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MOST = { patients: 100, visits: 100, documents: 100 };
const [TEN_SECONDS, TEN_MINUTES] = [10_000, 10 * 60_000];

/** What is planned with where it saves a call. */
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

/** A destination that takes so many is sent this list, in halves where it refuses. Resolves to the longest that passed. */
function send(limits: LearnedLimits, length: number, takes: number): number {
  if (length <= takes) {
    limits.passed(boxOf(length), 0);
    return length;
  }
  const halves = [Math.floor(length / 2), Math.ceil(length / 2)];
  const longest = Math.max(...halves.map((half) => send(limits, half, takes)));
  limits.tooLong(listOf(length, longest, 'refused'));
  return longest;
}

function listOf(length: number, longestPiece: number, cause: 'refused' | 'late', startedAt = 0) {
  return { dimension: 'patients', length, longestPiece, cause, startedAt } as const;
}

/** Plans with what is known until nothing changes any more; resolves to the lengths tried. */
function settleOn(limits: LearnedLimits, takes: number): number[] {
  const tried: number[] = [];
  for (let round = 0; round < 20; round++) {
    const length = lengthToTry(limits);
    if (tried.at(-1) === length && length <= takes) return tried;
    tried.push(length);
    send(limits, length, takes);
    limits.idle();
  }
  return tried;
}

test('starts at the configured limits, with nothing to be tried out', () => {
  const { limits } = createLimits();
  expect(limits.choices).toEqual([MOST]);
  expect(limits.isProven(boxOf(100))).toBe(true);
});

test.each([1, 2, 3, 7, 50, 99, 100])('finds a limit of %i, and keeps to it', (takes) => {
  const { limits } = createLimits();
  const tried = settleOn(limits, takes);
  expect(lengthToTry(limits)).toBe(takes);
  expect(tried.filter((length) => length > takes).length).toBeLessThanOrEqual(Math.ceil(Math.log2(100)));
  expect(limits.isProven(boxOf(takes))).toBe(true);
});

test('learns of one list only: visits and documents stay as they are', () => {
  const { limits } = createLimits();
  settleOn(limits, 7);
  expect(limits.choices).toEqual([{ patients: 7, visits: 100, documents: 100 }]);
});

describe('after a refusal', () => {
  test('the middle is worth a try, and what just did not fail, if they save a call', () => {
    const { limits } = createLimits();
    send(limits, 20, 10);
    limits.idle();
    expect(limits.choices.map(({ patients }) => patients)).toEqual([10, 15, 19]);
  });

  test('no other try is made until the destination has been idle', () => {
    const { limits } = createLimits();
    send(limits, 20, 10);
    expect(lengthToTry(limits)).toBe(10);
    limits.idle();
    expect(lengthToTry(limits)).toBe(15);
    expect(limits.isProven(boxOf(15))).toBe(false);
    send(limits, 15, 10);
    expect(lengthToTry(limits)).toBe(10);
  });

  test('ten seconds later the middle is tried, idle or not', () => {
    const { limits, clock } = createLimits();
    send(limits, 100, 13);
    expect(lengthToTry(limits)).toBe(13);
    send(limits, 20, 13);
    clock.tick(TEN_SECONDS - 1);
    expect(lengthToTry(limits)).toBe(13);
    clock.tick(1);
    expect(lengthToTry(limits)).toBe(20);
  });

  test('what failed is doubted after ten seconds, then after twice as long each time, at most ten minutes', () => {
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
      limits.idle();
      expect(lengthToTry(limits)).toBe(7);
      pauseMs = Math.min(2 * pauseMs, TEN_MINUTES);
    }
    expect(pauseMs).toBe(TEN_MINUTES);
  });

  test.each([1, 7, 60, 99])('a limit of %i that was lifted grows back to the configured one', (takes) => {
    const { limits, clock } = createLimits();
    settleOn(limits, takes);
    clock.tick(TEN_SECONDS);
    const tried = settleOn(limits, 100);
    expect(lengthToTry(limits)).toBe(100);
    expect(tried.length).toBeLessThanOrEqual(15);
    expect(limits.isProven(boxOf(100))).toBe(true);
  });
});

test('a limit that falls while it is known is learned as quickly as the first time', () => {
  const { limits } = createLimits();
  settleOn(limits, 50);
  expect(settleOn(limits, 3).filter((length) => length > 3).length).toBeLessThanOrEqual(7);
  expect(lengthToTry(limits)).toBe(3);
});

describe('a list that is late while its pieces are not', () => {
  test('is too long when that happens twice, one after the other', () => {
    const { limits, clock } = createLimits();
    limits.tooLong(listOf(50, 25, 'late', clock.now() - 1000));
    expect(limits.choices).toEqual([MOST]);
    clock.tick(1000);
    limits.tooLong(listOf(50, 25, 'late', clock.now() - 1));
    expect(limits.choices[0].patients).toBe(25);
  });

  test('is not when all those that are late were sent before', () => {
    const { limits, clock } = createLimits();
    for (let at = 0; at < 16; at++) limits.tooLong(listOf(50, 25, 'late', clock.now() - 1));
    expect(limits.choices).toEqual([MOST]);
  });

  test('is not when one as long is answered in between', () => {
    const { limits, clock } = createLimits();
    limits.tooLong(listOf(50, 25, 'late', clock.now() - 1));
    clock.tick(1000);
    limits.passed(boxOf(50), 0);
    limits.tooLong(listOf(50, 25, 'late', clock.now() - 1));
    expect(limits.choices).toEqual([MOST]);
  });
});

describe('bytes', () => {
  test('keep calls below seven tenths of the largest message', () => {
    const { limits } = createLimits(1000);
    limits.passed(boxOf(10), 500);
    expect(lengthToTry(limits)).toBe(14);
  });

  test('never plan less than one value, however large it is', () => {
    const { limits } = createLimits(1000);
    limits.passed(boxOf(1), 999);
    expect(lengthToTry(limits)).toBe(1);
  });

  test('follow what comes: small answers let calls grow again', () => {
    const { limits } = createLimits(1000);
    limits.passed(boxOf(1), 999);
    for (let answer = 0; answer < 30; answer++) limits.passed(boxOf(1), 1);
    expect(lengthToTry(limits)).toBe(100);
  });

  test('of an empty answer limit nothing', () => {
    const { limits } = createLimits(1000);
    limits.passed(boxOf(5), 0);
    expect(lengthToTry(limits)).toBe(100);
  });
});
