/** What is learned of one destination, in its own time. */
import { describe, expect, test } from 'vitest';
import type { Box } from '../../../src/media/model/box.ts';
import { patientKey } from '../../../src/media/model/keys.ts';
import { LearnedLimits } from '../../../src/media/scheduling/learned-limits.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MOST = { patients: 100, visits: 100, documents: 100 };
const TEN_MINUTES = 10 * 60_000;

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
  limits.refused('patients', length, longest);
  return longest;
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

  test('ten minutes later a longer list is tried, idle or not; refused, not for ten minutes more', () => {
    const { limits, clock } = createLimits();
    settleOn(limits, 7);
    clock.tick(TEN_MINUTES);
    expect(lengthToTry(limits)).toBe(7);
    send(limits, 8, 7);
    clock.tick(TEN_MINUTES + 1);
    expect(lengthToTry(limits)).toBe(11);
    send(limits, 11, 7);
    expect(lengthToTry(limits)).toBe(7);
    limits.idle();
    expect(lengthToTry(limits)).toBe(7);
  });

  test.each([1, 7, 60, 99])('a limit of %i that was lifted grows back to the configured one', (takes) => {
    const { limits, clock } = createLimits();
    settleOn(limits, takes);
    clock.tick(TEN_MINUTES + 1);
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
