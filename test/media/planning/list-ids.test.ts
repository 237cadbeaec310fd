/** Numbers of lists and boxes: equal where the texts of their keys are equal, and nowhere else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, boxKey, DIMENSIONS, type Values, valuesKey } from '../../../src/media/model/box.ts';
import { createBox } from '../../../src/media/model/need.ts';
import { BoxIds, ListIds } from '../../../src/media/planning/list-ids.ts';
import { CASES } from '../../support/cases.ts';

/** Every list of up to four of these values, and `all`, each in any order. */
const list: fc.Arbitrary<Values> = fc.oneof(
  fc.constant('all' as const),
  fc
    .uniqueArray(fc.constantFrom('', 'a', 'b', 'ab', '1:a'), { maxLength: 4 })
    .map((values) => new Set(values)),
);
const box: fc.Arbitrary<Box> = fc
  .record({ visits: list, types: list, documents: list })
  .chain((lists) => fc.constantFrom('1', '2').map((id) => ({ ...lists, id })))
  .map(({ id, ...lists }) => ({ ...createBox({ patients: [[{ id, idType: 'MR' }]] }), ...lists }));

/** Expects that two of the things have one number where they have one text, and only there. */
function expectAlike<T>(
  things: readonly T[],
  numberOf: (one: T) => number,
  textOf: (one: T) => string,
): void {
  const numbers = new Map<string, number>();
  for (const one of things) {
    const number = numberOf(one);
    expect(numbers.get(textOf(one)) ?? number).toBe(number);
    numbers.set(textOf(one), number);
  }
  expect(new Set(numbers.values()).size).toBe(numbers.size);
}

describe('a list', () => {
  test('has the number of each equal one, in whatever order, and of no other', () => {
    fc.assert(
      fc.property(fc.array(list, { maxLength: 40 }), (lists) => {
        const ids = new ListIds();
        expectAlike(lists, (one) => ids.of(one), valuesKey);
      }),
      { numRuns: CASES },
    );
  });

  test.each([[['a']], [['a', 'b']], [['a', 'b', 'c']], [['a', 'b', 'c', 'd']]])(
    'of %j has one number in every order',
    (values) => {
      const ids = new ListIds();
      // Known before in another order, so that their numbers are not those of the alphabet.
      ids.of(new Set(['c', 'a']));
      const orders = values.map((_, at) => [...values.slice(at), ...values.slice(0, at)]);
      const numbers = [...orders, ...orders.map((order) => order.toReversed())].map((order) =>
        ids.of(new Set(order)),
      );
      expect(new Set(numbers).size).toBe(1);
    },
  );

  test('of more than 100,000 has a number of its own', () => {
    const ids = new ListIds();
    const lists = Array.from({ length: 140_000 }, (_, at) => new Set([`SYN-${at}`]));
    expect(new Set(lists.map((one) => ids.of(one))).size).toBe(lists.length);
  });

  test('and another are a pair in their order', () => {
    const ids = new ListIds();
    const [a, b] = [ids.of(new Set('a')), ids.of(new Set('b'))];
    expect(ids.ofPair(a, b)).toBe(ids.ofPair(a, b));
    expect(new Set([ids.ofPair(a, b), ids.ofPair(b, a), ids.ofPair(a, a), a, b]).size).toBe(5);
  });
});

describe('a box', () => {
  test('has the key of each equal one, and of no other', () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 40 }), (boxes) => {
        const ids = new BoxIds();
        expectAlike(boxes, (one) => ids.of(one).key, boxKey);
      }),
      { numRuns: CASES },
    );
  });

  test.each(DIMENSIONS)('without its %s has the key of those that are equal but for them', (dimension) => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 40 }), (boxes) => {
        const ids = new BoxIds();
        const without = (one: Box) => boxKey({ ...one, [dimension]: 'all' });
        expectAlike(boxes, (one) => ids.of(one).keyWithout(dimension), without);
      }),
      { numRuns: CASES },
    );
  });

  test('is numbered once', () => {
    const ids = new BoxIds();
    const [one, equal] = [createBox({ visitNumbers: ['a'] }), createBox({ visitNumbers: ['a'] })];
    expect(ids.of(one)).toBe(ids.of(one));
    expect(ids.of(equal)).not.toBe(ids.of(one));
    expect(ids.of(equal)).toEqual(ids.of(one));
  });
});
