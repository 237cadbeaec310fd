/** The latest moment of each text is known, within bounds of number and length; what is forgotten counts as noted of any text. */
import { describe, expect, test } from 'vitest';
import { LatestMoments, NEVER } from '../../../src/media/ordering/latest-moments.ts';

const moment = (at: number) => ({ at, time: at * 1000 });

test('the last moment of a text is known, and none of a text that was not noted', () => {
  const moments = new LatestMoments();
  moments.note('a', moment(1));
  moments.note('b', moment(2));
  moments.note('a', moment(3));
  expect(moments.of('a')).toEqual(moment(3));
  expect(moments.of('b')).toEqual(moment(2));
  expect(moments.of('c')).toBe(NEVER);
  expect(moments.last).toEqual(moment(3));
  expect(moments.forgotten).toBe(NEVER);
});

describe('the ones that were noted longest ago are forgotten', () => {
  test('beyond a number of them', () => {
    const moments = new LatestMoments(10);
    for (let at = 1; at <= 25; at += 1) moments.note(`text ${at}`, moment(at));
    expect(moments.forgotten).toEqual(moment(10));
    expect(moments.of('text 10')).toBe(NEVER);
    expect(moments.of('text 11')).toEqual(moment(11));
    expect(moments.of('text 25')).toEqual(moment(25));
  });

  test('beyond a length of all', () => {
    const moments = new LatestMoments();
    const long = 'x'.repeat(1_048_576);
    for (let at = 1; at <= 24; at += 1) moments.note(`${at} ${long}`, moment(at));
    expect(moments.forgotten.at).toBeGreaterThanOrEqual(8);
    expect(moments.of(`1 ${long}`)).toBe(NEVER);
    expect(moments.of(`24 ${long}`)).toEqual(moment(24));
  });
});
