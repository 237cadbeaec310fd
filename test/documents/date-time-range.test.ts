/** Spans of time: a day matches when it overlaps, in the offset of the bound; days as bounds compare what is written. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDateTime, readDateTimeArgument } from '../../src/documents/date-time.ts';
import { type DateTimeSpan, isReversed, overlapsSpan } from '../../src/documents/date-time-range.ts';
import { CASES } from '../support/cases.ts';

const spanOf = (from: string | null, to: string | null): DateTimeSpan => ({
  from: from === null ? null : readDateTimeArgument(from),
  to: to === null ? null : readDateTimeArgument(to),
});

function overlaps(date: string, from: string | null, to: string | null): boolean {
  const value = readDateTime(date);
  if (value === null) throw new Error('the test has a date that is none');
  return overlapsSpan(value, spanOf(from, to));
}

describe('a day that callers see in their own offset', () => {
  const [from, to] = ['2026-03-04T00:00-05:00', '2026-03-05T00:00-05:00'];
  test.each([
    ['2026-03-03', false],
    ['2026-03-04', true],
    ['2026-03-05', false],
    ['2026-03', true],
    ['2026', true],
    ['2026-02', false],
    ['20260304', true],
    ['2026-03-04T04:59:59.999Z', false],
    ['2026-03-04T05:00:00Z', true],
    ['2026-03-05T04:59:59.999Z', true],
    ['2026-03-05T05:00:00Z', false],
    ['2026-03-05T04:59', true],
    ['2026-03-04T23:59:60-05:00', true],
    ['20260304235959-0500', true],
  ])('%s: %s', (date, expected) => {
    expect(overlaps(date, from, to)).toBe(expected);
  });
});

describe('a day as a bound compares what is written, whatever its offset', () => {
  test.each([
    ['2026-03-04', true],
    ['2026-03-05', false],
    ['2026-03-04T00:00:00+14:00', true],
    ['2026-03-04T23:59:59.999-11:00', true],
    ['2026-03-04T24:00Z', true],
    ['2026-03-04T23:59:60Z', true],
    ['2026-03-05T00:00:00+14:00', false],
    ['2026-03-03T23:59:59-11:00', false],
    ['2026-03-04T12:00', true],
  ])('%s: %s', (date, expected) => {
    expect(overlaps(date, '2026-03-04', '2026-03-05')).toBe(expected);
  });
});

test('part of a day is enough, and none of a day is not', () => {
  expect(overlaps('2026-03-04', '2026-03-04T23:59:59.999Z', null)).toBe(true);
  expect(overlaps('2026-03-04', '2026-03-05T00:00:00Z', null)).toBe(false);
  expect(overlaps('2026-03-04', null, '2026-03-04T00:00:00.001Z')).toBe(true);
  expect(overlaps('2026-03-04', null, '2026-03-04T00:00:00Z')).toBe(false);
});

test('a span of no length holds nothing, not even a day that it lies in', () => {
  for (const at of ['2026-03-04', '2026-03-04T12:00:00Z', '2026-03-04T12:00:00-05:00']) {
    for (const date of ['2026-03-04', '2026', '2026-03-04T12:00:00Z', '2026-03-04T00:00:00Z']) {
      expect(overlaps(date, at, at)).toBe(false);
    }
  }
});

test('a span is reversed when it ends before it begins, as its bounds are compared', () => {
  const reversed = (from: string, to: string) => isReversed(spanOf(from, to));
  expect(reversed('2026-03-05', '2026-03-04')).toBe(true);
  expect(reversed('2026-03-04T00:00:00Z', '2026-03-04T01:00:00+02:00')).toBe(true);
  expect(reversed('2026-03-05', '2026-03-04T23:59:59-05:00')).toBe(true);
  expect(reversed('2026-03-04', '2026-03-04')).toBe(false);
  expect(reversed('2026-03-04T20:00:00-05:00', '2026-03-05T01:00:00Z')).toBe(false);
  expect(reversed('2026-03-05', '2026-03-05T00:00:00+05:00')).toBe(false);
});

/** In minutes since the first of these days, as the clock that wrote it shows them; `offset` null: none is written. */
interface Written {
  readonly from: number;
  readonly minutes: number | null;
  readonly offset: number | null;
}

const DAY = 1440;
const FIRST = Date.UTC(2026, 1, 27);
const OFFSETS = [-660, -300, 0, 60, 330, 840];

const day: fc.Arbitrary<Written> = fc
  .integer({ min: 0, max: 4 })
  .map((at) => ({ from: at * DAY, minutes: DAY, offset: null }));
const moment: fc.Arbitrary<Written> = fc.record({
  from: fc.oneof(
    fc.integer({ min: 0, max: 5 * DAY }),
    fc.integer({ min: 0, max: 5 }).map((at) => at * DAY),
  ),
  minutes: fc.constant(null),
  offset: fc.constantFrom(null, ...OFFSETS),
});
const written = fc.oneof(day, moment);

function print({ from, minutes, offset }: Written): string {
  const iso = new Date(FIRST + from * 60_000).toISOString();
  if (minutes !== null) return iso.slice(0, 10);
  if (offset === null) return iso.slice(0, 19);
  const [h, m] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60].map((n) =>
    `${n}`.padStart(2, '0'),
  );
  return `${iso.slice(0, 19)}${offset < 0 ? '-' : '+'}${h}:${m}`;
}

/** As an interval [from, to) on the clock that the bound shows; a moment is the shortest there is. */
function intervalFor(date: Written, bound: Written): [number, number] {
  const length = date.minutes ?? 1 / 60_000_000;
  const isAsWritten = bound.minutes !== null || date.minutes !== null;
  const from = isAsWritten ? date.from : date.from - (date.offset ?? 0) + (bound.offset ?? 0);
  return [from, from + length];
}

test('any date passes any span exactly when their intervals overlap', () => {
  fc.assert(
    fc.property(written, written, written, (date, from, to) => {
      const [begin] = intervalFor(from, to);
      expect(isReversed(spanOf(print(from), print(to)))).toBe(begin > to.from);
      const isEmpty = begin >= to.from;
      const isFrom = intervalFor(date, from)[1] > from.from;
      const isBefore = intervalFor(date, to)[0] < to.from;
      expect(overlaps(print(date), print(from), print(to))).toBe(!isEmpty && isFrom && isBefore);
      expect(overlaps(print(date), print(from), null)).toBe(isFrom);
      expect(overlaps(print(date), null, print(to))).toBe(isBefore);
    }),
    { numRuns: CASES },
  );
});

test('spans that follow each other hold every moment once, in whatever offset they are written', () => {
  fc.assert(
    fc.property(moment, fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1 }), (date, days) => {
      const bounds = days
        .toSorted((a, b) => a - b)
        .map((at) => print({ from: at * DAY, minutes: DAY, offset: null }));
      const spans = [null, ...bounds].map((from, at) => overlaps(print(date), from, bounds[at] ?? null));
      expect(spans.filter(Boolean)).toHaveLength(1);
    }),
  );
});
