/** Boxes as sets: what contains what, what is left of one, and the Media Query that asks for it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Box,
  boxContains,
  boxIsEmpty,
  boxKey,
  breadthOf,
  DIMENSIONS,
  intersectBoxes,
  intersectValues,
  limitPatients,
  listedIn,
  listSize,
  shortKeys,
  subtractBox,
  toMediaQuery,
  unionOf,
  type Values,
  valuesContain,
  valuesKey,
} from '../../../src/media/model/box.ts';
import { patientKey } from '../../../src/media/model/keys.ts';
import { createBox } from '../../../src/media/model/need.ts';
import { CASES } from '../../support/cases.ts';
import { CountingSet } from '../../support/counting-set.ts';

/** Texts made of what keys are made of, so that ambiguity would show. */
const tricky = fc.string({
  unit: fc.constantFrom('1', '2', ':', 'M', 'R', '|', '*', '\0', '"'),
  minLength: 1,
  maxLength: 6,
});
test('keys of two boxes are equal only when the boxes contain each other', () => {
  const lists = fc.option(fc.array(tricky, { maxLength: 2 }), { nil: undefined });
  const boxes = fc
    .record({ visitNumbers: lists, documentTypes: lists, documentIds: lists })
    .map((given) => createBox(given));
  fc.assert(
    fc.property(boxes, boxes, (a, b) => {
      expect(boxKey(a) === boxKey(b)).toBe(boxContains(a, b) && boxContains(b, a));
    }),
    { numRuns: CASES },
  );
});

const box = (change: Partial<Box>): Box => ({
  patients: 'all',
  visits: 'all',
  types: 'all',
  documents: 'all',
  ...change,
});

/** The values of a small world, so that `all` can be written out and compared with what the functions say. */
const WORLD = ['a', 'b', 'c', 'l'] as const;
const written = (values: Values): Set<string> => new Set(values === 'all' ? [...WORLD, 'others'] : values);
const LISTS: readonly Values[] = [
  'all',
  new Set(),
  new Set('a'),
  new Set('ab'),
  new Set('abc'),
  new Set('bc'),
  // The letters of `all`.
  new Set('al'),
];
const PAIRS = LISTS.flatMap((a) => LISTS.map((b) => [a, b] as const));

test.each(PAIRS)('%j and %j as sets: containment, what is in both, what is in either', (a, b) => {
  expect(valuesContain(a, b)).toBe(written(b).isSubsetOf(written(a)));
  expect(written(intersectValues(a, b))).toEqual(written(a).intersection(written(b)));
  expect(written(unionOf([a, b]))).toEqual(written(a).union(written(b)));
  expect(valuesKey(a) === valuesKey(b)).toBe(a === b);
});

test('the key of a list does not depend on its order, and its values cannot run into each other', () => {
  expect(valuesKey(new Set(['b', 'a']))).toBe(valuesKey(new Set(['a', 'b'])));
  expect(valuesKey(new Set(['ab', 'c']))).not.toBe(valuesKey(new Set(['a', 'bc'])));
  expect(valuesKey(new Set(['all']))).not.toBe(valuesKey('all'));
  expect(valuesKey(new Set(['*']))).not.toBe(valuesKey('all'));
});

describe('the key of a list', () => {
  const lists = fc
    .shuffledSubarray(['a', 'b', 'c', 'aa', 'bc', '1:a', 'b1:c', ''])
    .map((values): ReadonlySet<string> => new Set(values));

  test('is equal for equal lists of any length, in any order, and for no others', () => {
    fc.assert(
      fc.property(lists, lists, (one, other) => {
        const isEqual = one.size === other.size && one.isSubsetOf(other);
        expect(valuesKey(one) === valuesKey(other)).toBe(isEqual);
        expect(valuesKey(new Set([...one].toReversed()))).toBe(valuesKey(one));
      }),
      { numRuns: CASES },
    );
  });

  test('of more than 3 values is made once', () => {
    const list = new CountingSet(['d', 'c', 'b', 'a']);
    expect(valuesKey(list)).toBe(valuesKey(list));
    expect(list.looks).toBe(4);
  });
});

describe('whether a list contains another', () => {
  test('is told of the list itself, and of a longer one, without a look at its values', () => {
    const [list, longer] = [new CountingSet('ab'), new CountingSet('abc')];
    expect(valuesContain(list, list)).toBe(true);
    expect(valuesContain(list, longer)).toBe(false);
    expect([list.looks, longer.looks]).toEqual([0, 0]);
    expect(valuesContain(longer, list)).toBe(true);
  });
});

test('a box that contains another one is broader, unless both are the same', () => {
  const boxes = fc.record({
    patients: fc.constant<Box['patients']>('all'),
    visits: fc.constantFrom(...LISTS),
    types: fc.constantFrom(...LISTS),
    documents: fc.constantFrom(...LISTS),
  });
  fc.assert(
    fc.property(boxes, boxes, (outer, inner) => {
      fc.pre(boxContains(outer, inner) && boxKey(outer) !== boxKey(inner));
      expect(breadthOf(outer)).toBeGreaterThan(breadthOf(inner));
    }),
    { numRuns: CASES },
  );
});

test('a box that lists no patients is limited to some, and one that lists patients stays', () => {
  const patients = new Set([patientKey([{ id: 'SYN-1', idType: 'MR' }])]);
  const others = new Set([patientKey([{ id: 'SYN-2', idType: 'MR' }])]);
  const ofVisit = box({ visits: new Set('v') });
  expect(limitPatients(ofVisit, patients)).toEqual({ ...ofVisit, patients });
  expect(limitPatients({ ...ofVisit, patients: others }, patients)).toEqual({ ...ofVisit, patients: others });
  expect(limitPatients(ofVisit, 'all')).toBe(ofVisit);
});

describe('short keys', () => {
  const values = Array.from({ length: 500 }, (_, at) => `SYN-${at}`);

  test('are equal for equal lists, and differ where a list differs in one value', () => {
    const keyOf = shortKeys();
    const key = keyOf(new Set(values));
    expect(key.length).toBeLessThan(10);
    expect(keyOf(new Set(values.toReversed()))).toBe(key);
    const lacking = values.map((one) => new Set(values.filter((other) => other !== one)));
    expect(new Set([key, ...lacking.map(keyOf)]).size).toBe(501);
  });

  test('stand for lists of more than 16 values', () => {
    const keyOf = shortKeys();
    const [short, long] = [16, 17].map((count) => new Set(values.slice(0, count)));
    expect(short && keyOf(short)).toBe(short && valuesKey(short));
    expect(long && keyOf(long).length).toBeLessThan(10);
  });

  test('of short lists, and of all, are those of the lists', () => {
    const keyOf = shortKeys();
    keyOf(new Set(values));
    expect(keyOf('all')).toBe(valuesKey('all'));
    expect(keyOf(new Set(['#0']))).toBe(valuesKey(new Set(['#0'])));
    expect(keyOf(new Set(['#0']))).not.toBe('#0');
  });
});

test.each(DIMENSIONS)('what two boxes share, where they differ in their %s', (dimension) => {
  const [a, b] = [box({ [dimension]: new Set('ab') }), box({ [dimension]: new Set('bc') })];
  expect(intersectBoxes(a, b)).toEqual(box({ [dimension]: new Set('b') }));
  expect(intersectBoxes(a, box({}))).toEqual(a);
  expect(intersectBoxes(box({}), a)).toEqual(a);
});

test.each(DIMENSIONS)('a box with an empty list of %s is empty, and no other', (dimension) => {
  expect(boxIsEmpty(box({ [dimension]: new Set() }))).toBe(true);
  expect(boxIsEmpty(box({ [dimension]: new Set('a') }))).toBe(false);
  expect(boxIsEmpty(box({}))).toBe(false);
});

test('`all` lists nothing, and is longer than every list', () => {
  expect([...listedIn('all')]).toEqual([]);
  expect([...listedIn(new Set('ab'))]).toEqual(['a', 'b']);
  expect(listSize('all')).toBe(Number.POSITIVE_INFINITY);
  expect(listSize(new Set('ab'))).toBe(2);
});

describe('what is left of a box', () => {
  test('is nothing when another contains it', () => {
    expect(subtractBox(box({ visits: new Set(['a']) }), box({ visits: new Set(['a', 'b']) }))).toBeNull();
    expect(
      subtractBox(box({ visits: new Set(['a']), types: new Set(['t']) }), box({ visits: new Set(['a']) })),
    ).toBeNull();
  });
  test('is the rest of a list when only that list reaches further', () => {
    const left = subtractBox(box({ visits: new Set(['a', 'b']) }), box({ visits: new Set(['b', 'c']) }));
    expect(left).toEqual(box({ visits: new Set(['a']) }));
  });
  test('is all of it when it cannot be cut', () => {
    const whole = box({ visits: new Set(['a', 'b']) });
    expect(subtractBox(whole, box({ visits: new Set(['b']), types: new Set(['t']) }))).toBe(whole);
    expect(subtractBox(whole, box({ documents: new Set(['d']) }))).toBe(whole);
    expect(subtractBox(whole, box({ visits: new Set(['c']) }))).toBe(whole);
    const unlisted = box({ documents: new Set(['d']) });
    expect(subtractBox(unlisted, box({ documents: new Set(['d']), visits: new Set(['a']) }))).toBe(unlisted);
  });
});

test('a query leaves out what is not filtered, and never merges the identifiers of two patients', () => {
  const patients = [
    [{ id: '1', idType: 'MR' }],
    [
      { id: '2', idType: 'MR' },
      { id: 'e', idType: 'EHRID' },
    ],
  ];
  expect(toMediaQuery(createBox({ patients }))).toEqual({
    patients: [patients[0], patients[1]],
  });
});

test('a query names what is filtered by, and nothing else', () => {
  expect(
    toMediaQuery(createBox({ visitNumbers: ['V'], documentTypes: ['T'], documentIds: ['D', 'E'] })),
  ).toEqual({
    visitNumbers: ['V'],
    documentTypes: ['T'],
    documentIds: ['D', 'E'],
  });
  expect(toMediaQuery(createBox({}))).toEqual({});
});
