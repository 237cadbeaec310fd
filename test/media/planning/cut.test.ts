/** How calls are cut: evenly, each part with the parts of needs that lie in it. */
import { describe, expect, test } from 'vitest';
import { type Box, DIMENSIONS } from '../../../src/media/model/box.ts';
import { cutEvenly, halve, longestList, partsWithin } from '../../../src/media/planning/cut.ts';

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
