/** How calls are cut: evenly, each part with the parts of needs that lie in it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, DIMENSIONS, listedIn } from '../../../src/media/model/box.ts';
import { cutEvenly, cutToLimits, halve, longestList, partsWithin } from '../../../src/media/planning/cut.ts';
import { CASES } from '../../support/cases.ts';
import { CountingSet } from '../../support/counting-set.ts';

const box = (change: Partial<Record<keyof Box, string>>): Box => ({
  patients: 'all',
  visits: 'all',
  types: 'all',
  documents: 'all',
  ...Object.fromEntries(Object.entries(change).map(([dimension, values]) => [dimension, new Set(values)])),
});

describe('the longest list', () => {
  test.each(DIMENSIONS)('of %s', (dimension) => {
    expect(longestList(box({ [dimension]: 'ab' }))).toEqual({ dimension, values: new Set('ab') });
  });
  test('is none where no list has two values', () => {
    expect(longestList(box({}))).toBeNull();
    expect(longestList(box({ visits: 'a', documents: 'd' }))).toBeNull();
  });
  test('is the first of equally long ones, and a longer one before it', () => {
    expect(longestList(box({ visits: 'ab', documents: 'de' }))?.dimension).toBe('visits');
    expect(longestList(box({ visits: 'ab', types: 't', documents: 'def' }))?.dimension).toBe('documents');
  });
});

const call = {
  box: box({ visits: 'abcd', types: 't' }),
  parts: [
    { owner: 'first', box: box({ visits: 'ab', types: 't' }) },
    { owner: 'both', box: box({ visits: 'bc', types: 't' }) },
  ],
};

test('a part of a need stands in each piece that holds some of it, cut to that', () => {
  expect(cutEvenly(call, 'visits', new Set('abcd'), 2)).toEqual([
    {
      box: box({ visits: 'ab', types: 't' }),
      parts: [
        { owner: 'first', box: box({ visits: 'ab', types: 't' }) },
        { owner: 'both', box: box({ visits: 'b', types: 't' }) },
      ],
    },
    {
      box: box({ visits: 'cd', types: 't' }),
      parts: [{ owner: 'both', box: box({ visits: 'c', types: 't' }) }],
    },
  ]);
});

test('a list that many parts have in equal words is taken apart once', () => {
  const lists = Array.from({ length: 50 }, () => new Set('abcd'));
  const parts = lists.map((visits, owner) => ({ owner, box: { ...box({}), visits } }));
  const pieces = cutEvenly({ box: box({ visits: 'abcd' }), parts }, 'visits', new Set('abcd'), 2);
  expect(pieces.map((piece) => piece.parts.length)).toEqual([50, 50]);
  expect(new Set(pieces.flatMap((piece) => piece.parts.map((part) => part.box.visits))).size).toBe(2);
});

test('halves ask for no more than the needs in them do', () => {
  expect(halve(call, 'visits', new Set('abcd')).map((half) => half.box)).toEqual([
    box({ visits: 'ab', types: 't' }),
    box({ visits: 'c', types: 't' }),
  ]);
});

test('a need that has nothing within the values is left out', () => {
  expect(partsWithin(call.parts, 'visits', new Set('a'))).toEqual([
    { owner: 'first', box: box({ visits: 'a', types: 't' }) },
  ]);
  expect(partsWithin(call.parts, 'visits', new Set('x'))).toEqual([]);
  expect(partsWithin(call.parts, 'visits', 'all')).toEqual(call.parts);
});

test('pieces are as even as they can be, in the order of the list, and together all of it', () => {
  const sizes = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(sizes, sizes, (length, wanted) => {
      const values = Array.from({ length }, (_, at) => `v${at}`);
      const count = Math.min(length, wanted);
      const visits = new Set(values);
      const pieces = cutEvenly({ box: { ...box({}), visits }, parts: [] }, 'visits', visits, count);
      const lists = pieces.map((piece) => [...listedIn(piece.box.visits)]);
      expect(lists.flat()).toEqual(values);
      const lengths = lists.map((list) => list.length);
      expect(lists).toHaveLength(count);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }),
    { numRuns: CASES },
  );
});

test('what a part asks beyond the list that is cut is in no piece', () => {
  const beyond = { box: box({ visits: 'ab' }), parts: [{ owner: 'one', box: box({ visits: 'bx' }) }] };
  const pieces = cutEvenly(beyond, 'visits', new Set('ab'), 2);
  expect(pieces.map(({ parts }) => parts.length)).toEqual([0, 1]);
});

test('a part that lies in one piece stays as it is', () => {
  const [first] = cutEvenly(call, 'visits', new Set('abcd'), 2);
  expect(first?.parts[0]).toBe(call.parts[0]);
});

test('a call within its limits stays as it is, and one beyond several is cut along each', () => {
  const limits = { patients: 2, visits: 2, documents: 2 };
  const within = { box: box({ visits: 'ab', types: 'tuv' }), parts: [] };
  expect(cutToLimits(within, limits)).toEqual([within]);
  const beyond = { box: box({ visits: 'abc', documents: 'de', types: 'tuv' }), parts: [] };
  expect(cutToLimits(beyond, limits).map((one) => one.box)).toEqual([
    box({ visits: 'ab', documents: 'de', types: 'tuv' }),
    box({ visits: 'c', documents: 'de', types: 'tuv' }),
  ]);
  const both = { box: box({ visits: 'abc', documents: 'def' }), parts: [] };
  expect(cutToLimits(both, limits).map((one) => one.box)).toEqual(
    ['ab', 'c'].flatMap((visits) => ['de', 'f'].map((documents) => box({ visits, documents }))),
  );
});

test('a list of several values is taken apart once for all parts that have it', () => {
  const visits = new CountingSet('abcd');
  const parts = Array.from({ length: 50 }, (_, owner) => ({ owner, box: { ...box({}), visits } }));
  const looksOf = (count: number) => {
    visits.looks = 0;
    cutEvenly({ box: box({ visits: 'abcd' }), parts: parts.slice(0, count) }, 'visits', new Set('abcd'), 2);
    return visits.looks;
  };
  looksOf(1);
  expect(looksOf(50)).toBe(looksOf(1));
});
