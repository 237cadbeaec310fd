/** Dates as destinations and callers write them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { momentOf } from '../../src/documents/moment.ts';

describe('a moment', () => {
  test.each([
    ['2026-03-04', '2026-03-04T00:00:00Z'],
    ['2026-03-04T15:20:11.402Z', '2026-03-04T15:20:11.402Z'],
    ['2026-03-04T15:20:11.402999Z', '2026-03-04T15:20:11.402Z'],
    ['2026-03-04T15:20', '2026-03-04T15:20:00Z'],
    ['2026-03-04t15:20:11z', '2026-03-04T15:20:11Z'],
    ['2026-03-04 15:20:11,5', '2026-03-04T15:20:11.500Z'],
    ['2026-03-04T10:20:11-05:00', '2026-03-04T15:20:11Z'],
    ['2026-03-04T20:50:11+0530', '2026-03-04T15:20:11Z'],
    ['2024-02-29', '2024-02-29T00:00:00Z'],
    ['0044-03-15', '0044-03-15T00:00:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(momentOf(text)).toBe(Date.parse(expected));
  });

  test.each([
    [
      '',
      '2026',
      '2026-3-4',
      '2026-02-29',
      '2026-02-31',
      '2026-13-01',
      '2026-00-10',
      '2026-03-04T24:00Z',
      '2026-03-04T',
    ],
    [
      '2026-03-04T10:60Z',
      '2026-03-04T10:20:11+15:00',
      '04.03.2026',
      '2026-03-04Z',
      ' 2026-03-04',
      '2026-03-04x',
      'now',
    ],
  ])('is none of %s, %s and the like', (...texts) => {
    expect(texts.map(momentOf)).toEqual(texts.map(() => null));
  });

  test('of what Date prints is what Date means', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(momentOf(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});
