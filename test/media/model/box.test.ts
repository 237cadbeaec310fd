/** Boxes as sets: what contains what, what is left of one, and the Media Query that asks for it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, boxContains, boxKey, subtractBox, toMediaQuery } from '../../../src/media/model/box.ts';
import { createBox } from '../../../src/media/model/need.ts';
import { CASES } from '../../support/cases.ts';

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
