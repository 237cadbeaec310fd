/** Dates as destinations and callers write them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isCalendarDate,
  readDateTime,
  readDateTimeArgument,
  sortKeyOf,
  withOffset,
} from '../../src/documents/date-time.ts';
import { CASES } from '../support/cases.ts';

/** Moments, and the moments that they are; callers may write them as well. */
const MOMENTS: [string, string][] = [
  ['2026-03-04T15:20:11.402Z', '2026-03-04T15:20:11.402Z'],
  ['2026-03-04T15:20', '2026-03-04T15:20:00Z'],
  ['2026-03-04t15:20:11z', '2026-03-04T15:20:11Z'],
  ['2026-03-04 15:20:11,5', '2026-03-04T15:20:11.500Z'],
  ['2026-03-04T10:20:11-05:00', '2026-03-04T15:20:11Z'],
  ['2026-03-04T20:50:11+0530', '2026-03-04T15:20:11Z'],
  ['2026-03-04T20:20:11+05', '2026-03-04T15:20:11Z'],
  ['2026-03-05T05:20:11+14:00', '2026-03-04T15:20:11Z'],
  ['2024-02-29T00:00:00-00:00', '2024-02-29T00:00:00Z'],
  ['0044-03-15T00:00Z', '0044-03-15T00:00:00Z'],
];

/** As HL7 and ISO 8601's basic format have them: destinations send them, callers may not. */
const BASIC_MOMENTS: [string, string][] = [
  ['202603041520', '2026-03-04T15:20:00Z'],
  ['20260304152011', '2026-03-04T15:20:11Z'],
  ['20260304152011.402', '2026-03-04T15:20:11.402Z'],
  ['20260304152011.4020-0500', '2026-03-04T20:20:11.402Z'],
  ['202603041020-0500', '2026-03-04T15:20:00Z'],
  ['20260304T152011Z', '2026-03-04T15:20:11Z'],
  ['2026-03-04T15', '2026-03-04T15:00:00Z'],
  ['  2026-03-04T15:20:11Z\n', '2026-03-04T15:20:11Z'],
];

/** Days, months, years, and the first day that each is not any more. */
const CALENDAR_DATES: [string, string, string][] = [
  ['2026-03-04', '2026-03-04', '2026-03-05'],
  ['2024-02-29', '2024-02-29', '2024-03-01'],
  ['0044-03-15', '0044-03-15', '0044-03-16'],
  ['20260304', '2026-03-04', '2026-03-05'],
  ['20260304-0500', '2026-03-04', '2026-03-05'],
  ['2026-03-04+01:00', '2026-03-04', '2026-03-05'],
  ['2026-03', '2026-03-01', '2026-04-01'],
  ['202612', '2026-12-01', '2027-01-01'],
  ['2026', '2026-01-01', '2027-01-01'],
];

const NO_DATES = [
  ...['', ' ', '26', '202', '2026-3-4', '2026-02-29', '2026-02-31', '2026-13-01', '2026-13', '2026-00-10'],
  ...['20260230', '20261301', '202600', '2026-03-04T', '2026-03-04T10:60Z', '2026-03-04T25:00Z'],
  ...[
    '2026-03-04T24:00:01Z',
    '2026-03-04T10:20:61Z',
    '2026-03-04T10:20:11+15:00',
    '2026-03-04T10:20:11+05:60',
  ],
  ...[
    '04.03.2026',
    '03/04/2026',
    '2026-03-04x',
    '2026-03Z',
    'now',
    '1767225600',
    '1767225600000',
    '+2026-03-04',
  ],
];

describe('a moment', () => {
  test.each([...MOMENTS, ...BASIC_MOMENTS])('%j is %s', (text, expected) => {
    const value = readDateTime(text);
    expect(value?.end).toBeNull();
    expect(sortKeyOf(text)).toBe(Date.parse(expected));
  });

  test('is exact to the microsecond, and never of another second', () => {
    const texts = ['11', '11.000001', '11.0000019', '11.402', '11.4029', '11.999999', '11.9999999999', '12'];
    const keys = texts.map((seconds) => sortKeyOf(`2026-03-04T15:20:${seconds}Z`) ?? Number.NaN);
    expect(keys.toSorted((a, b) => a - b)).toEqual(keys);
    expect(new Set(keys).size).toBe(texts.length - 2);
  });

  test.each([
    '2026-12-31T23:59:60Z',
    '2026-12-31T23:59:60.75Z',
    '2026-12-31T18:59:60-05:00',
    '2026-12-31T24:00Z',
  ])('%s is the last one of the day that it ends', (text) => {
    const key = sortKeyOf(text) ?? Number.NaN;
    expect(key).toBeGreaterThan(sortKeyOf('2026-12-31T23:59:59.999999Z') ?? Number.NaN);
    expect(key).toBeLessThan(Date.parse('2027-01-01T00:00:00Z'));
  });

  test('of what Date prints is what Date means', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(sortKeyOf(date.toISOString())).toBe(date.getTime());
          expect(sortKeyOf(date.toISOString().replaceAll(/[-:T]/g, ''))).toBe(date.getTime());
        },
      ),
    );
  });
});

describe('a day, a month, a year', () => {
  test.each(CALENDAR_DATES)('%s is all from %s to %s', (text, from, to) => {
    expect(readDateTime(text)).toMatchObject({ start: Date.parse(from), end: Date.parse(to) });
  });

  test('stands in an order where it begins, in UTC unless it says otherwise', () => {
    expect(['2026-03-04', '2026-03', '20260304-0500'].map(sortKeyOf)).toEqual(
      ['2026-03-04T00:00Z', '2026-03-01T00:00Z', '2026-03-04T05:00Z'].map((text) => Date.parse(text)),
    );
  });
});

test('what is no date, and days that do not exist, are null', () => {
  expect(NO_DATES.filter((text) => readDateTime(text) !== null || sortKeyOf(text) !== null)).toEqual([]);
});

test('any text is a date with a beginning before its end, or null', () => {
  const text = fc.stringMatching(/^[\d:.,TtZz +-]{0,30}$/);
  fc.assert(
    fc.property(text, (one) => {
      const value = readDateTime(one);
      if (value === null) return;
      expect(Number.isFinite(value.start)).toBe(true);
      expect(value.end ?? value.start + 1).toBeGreaterThan(value.start);
    }),
    { numRuns: CASES },
  );
});

describe('callers write', () => {
  test.each([...MOMENTS.map(([text]) => text), '2026-03-04', '2026-12-31T23:59:60Z'])('%s', (text) => {
    expect(readDateTimeArgument(text)).toEqual(readDateTime(text));
    expect(readDateTimeArgument(text)).not.toBeNull();
  });

  test('nothing that only destinations are forgiven', () => {
    const others = [...BASIC_MOMENTS, ...CALENDAR_DATES.slice(3)].map(([text]) => text);
    const refused = [...others, ...NO_DATES, '2026-03-04T24:00Z', '2026-03-04Z'];
    expect(refused.filter((text) => readDateTimeArgument(text) !== null)).toEqual([]);
  });
});

describe('with its offset', () => {
  test.each([
    ['2026-03-04', '2026-03-04'],
    ['2026-03-04T15:20', '2026-03-04T15:20Z'],
    ['2026-03-04T15:20:11', '2026-03-04T15:20:11Z'],
    ['2026-03-04 15:20:11,402', '2026-03-04T15:20:11.402Z'],
    ['2026-03-04t15:20:11z', '2026-03-04T15:20:11Z'],
    ['2026-03-04T15:20:11.4020000Z', '2026-03-04T15:20:11.4020000Z'],
    ['2026-03-04T15:20:11-05:00', '2026-03-04T15:20:11-05:00'],
    ['2026-03-04T15:20:11+0530', '2026-03-04T15:20:11+05:30'],
    ['2026-03-04T15:20:11+05', '2026-03-04T15:20:11+05:00'],
  ])('%s is %s', (text, expected) => {
    expect(withOffset(text)).toBe(expected);
  });

  test('it is still the same date', () => {
    for (const [text] of MOMENTS) expect(sortKeyOf(withOffset(text))).toBe(sortKeyOf(text));
    const day = readDateTime(withOffset('2026-03-04'));
    expect(day && isCalendarDate(day)).toBe(true);
  });
});
