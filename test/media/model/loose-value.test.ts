/** What destinations are known to change in a value is no difference; everything else is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { looseValue } from '../../../src/media/model/loose-value.ts';
import { CASES } from '../../support/cases.ts';

test.each([
  ['Photo', ' photo '],
  ['0042', '42'],
  ['a  b', 'A\tB'],
  ['0', '000'],
])('%j and %j are loosely the same', (one, other) => {
  expect(looseValue(one)).toBe(looseValue(other));
});

test.each([
  ['42', '4200'],
  ['a0b', 'ab'],
  ['', '0'],
  ['photo', 'photos'],
])('%j and %j are not', (one, other) => {
  expect(looseValue(one)).not.toBe(looseValue(other));
});

test('a plain value, which takes a shorter path, gets the same result', () => {
  const asWritten = fc.string({
    unit: fc.oneof(fc.constantFrom('0', 'A', 'z', ' ', 'É'), fc.string({ size: 'xsmall' })),
  });
  fc.assert(
    fc.property(asWritten, (value) => {
      // A blank at the end says nothing, and makes every value one that is not plain.
      expect(looseValue(value)).toBe(looseValue(`${value} `));
    }),
    { numRuns: CASES },
  );
});
