/** Dates of the viewer: as they were written, never moved into another time zone, and filters that end where people say. */
import { describe, expect, test } from 'vitest';
import {
  dateTimeInWords,
  dayBefore,
  dayInWords,
  monthOf,
  nextDay,
  nextMonth,
  previousMonth,
} from '../../viewer/src/chart/dates.ts';
import { NO_FILTERS, toMediaFilter } from '../../viewer/src/chart/filters.ts';

test.each([
  ['2026-03-02', '2 Mar 2026', '2 Mar 2026', '2026-03'],
  // Another day in UTC.
  ['2026-02-18T23:55:00-04:00', '18 Feb 2026', '18 Feb 2026 23:55 -04:00', '2026-02'],
  ['2026-03-01T00:10:00.000Z', '1 Mar 2026', '1 Mar 2026 00:10 UTC', '2026-03'],
  ['2025-11', 'Nov 2025', 'Nov 2025', '2025-11'],
  ['last winter', 'last winter', 'last winter', null],
  [null, null, null, null],
])('%j', (written, day, moment, month) => {
  expect([dayInWords(written), dateTimeInWords(written), monthOf(written)]).toEqual([day, moment, month]);
});

test('days and months follow one another over the ends of months and years', () => {
  expect(['2025-12-31', '2024-02-28', '2026-02-28'].map(nextDay)).toEqual([
    '2026-01-01',
    '2024-02-29',
    '2026-03-01',
  ]);
  expect(['2026-01-01', '2024-03-01'].map(dayBefore)).toEqual(['2025-12-31', '2024-02-29']);
  expect(['2025-12', '2026-01'].map(nextMonth)).toEqual(['2026-01', '2026-02']);
  expect(['2026-01', '2026-03'].map(previousMonth)).toEqual(['2025-12', '2026-02']);
});

describe('a filter', () => {
  test('of nothing is none', () => {
    expect(toMediaFilter(NO_FILTERS)).toBeNull();
  });

  test('includes its last day, where the bound of the schema does not', () => {
    expect(toMediaFilter({ ...NO_FILTERS, from: '2026-02-01', to: '2026-02-28' })).toEqual({
      serviced: { from: '2026-02-01', to: '2026-03-01' },
    });
  });

  test('of several kinds has all of them', () => {
    const filters = { documentTypes: ['Photo'], visitNumber: 'V-1', from: '', to: '2026-02-28' };
    expect(toMediaFilter(filters)).toEqual({
      documentTypes: ['Photo'],
      visitNumbers: ['V-1'],
      serviced: { to: '2026-03-01' },
    });
  });
});
