/** The latest write time of each text is known, within bounds of number and length; what is forgotten counts as noted of any text. */
import { describe, expect, test } from 'vitest';
import { LatestWriteTimes, NEVER } from '../../../src/media/ordering/latest-write-times.ts';

const time = (place: number) => ({ place, timeMs: place * 1000 });

test('the last time of a text is known, and none of a text that was not noted', () => {
  const times = new LatestWriteTimes();
  times.note('a', time(1));
  times.note('b', time(2));
  times.note('a', time(3));
  expect(times.of('a')).toEqual(time(3));
  expect(times.of('b')).toEqual(time(2));
  expect(times.of('c')).toBe(NEVER);
  expect(times.last).toEqual(time(3));
  expect(times.forgotten).toBe(NEVER);
});

describe('the ones that were noted longest ago are forgotten', () => {
  test('beyond a number of them', () => {
    const times = new LatestWriteTimes(10);
    for (let place = 1; place <= 25; place += 1) times.note(`text ${place}`, time(place));
    expect(times.forgotten).toEqual(time(10));
    expect(times.of('text 10')).toBe(NEVER);
    expect(times.of('text 11')).toEqual(time(11));
    expect(times.of('text 25')).toEqual(time(25));
  });

  test('beyond a length of all', () => {
    const times = new LatestWriteTimes();
    const long = 'x'.repeat(1_048_576);
    for (let place = 1; place <= 24; place += 1) times.note(`${place} ${long}`, time(place));
    expect(times.forgotten.place).toBeGreaterThanOrEqual(8);
    expect(times.of(`1 ${long}`)).toBe(NEVER);
    expect(times.of(`24 ${long}`)).toEqual(time(24));
  });
});
