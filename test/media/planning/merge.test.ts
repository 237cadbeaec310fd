/** Rules 1, 3 and 4 of the planner by themselves: what becomes of calls that merge, and that all others stay as they are. */
import { describe, expect, test } from 'vitest';
import { type Box, DIMENSIONS } from '../../../src/media/model/box.ts';
import { patientKey } from '../../../src/media/model/keys.ts';
import { dropContained, mergeToFixpoint } from '../../../src/media/planning/merge.ts';
import { removeOverlaps } from '../../../src/media/planning/overlaps.ts';
import { mergePatientVisitPairs } from '../../../src/media/planning/pairs.ts';
import type { PlannedCall } from '../../../src/media/planning/plan.ts';

type Lists = Partial<Record<keyof Box, string>>;

/** Each letter is a value. */
const box = ({ patients, ...others }: Lists): Box => ({
  patients:
    patients === undefined ? 'all' : new Set([...patients].map((id) => patientKey([{ id, idType: 'MR' }]))),
  visits: 'all',
  types: 'all',
  documents: 'all',
  ...Object.fromEntries(Object.entries(others).map(([dimension, values]) => [dimension, new Set(values)])),
});
const call = (owner: string, lists: Lists): PlannedCall<string> => ({
  box: box(lists),
  parts: [{ owner, box: box(lists) }],
});
const read = (calls: readonly PlannedCall<string>[]) =>
  calls.map((one) => ({ box: one.box, owners: one.parts.map(({ owner }) => owner) }));

describe('rule 1', () => {
  test('unites the lists of calls that differ in one dimension, with all their parts; one that merges with none stays', () => {
    const [a, b, alone] = [
      call('a', { visits: 'v', types: 's' }),
      call('b', { visits: 'w', types: 's' }),
      call('alone', { visits: 'x', types: 't' }),
    ];
    const merged = mergeToFixpoint([a, b, alone], DIMENSIONS);
    expect(read(merged)).toEqual([
      { box: box({ visits: 'vw', types: 's' }), owners: ['a', 'b'] },
      { box: box({ visits: 'x', types: 't' }), owners: ['alone'] },
    ]);
    expect(merged.map((one) => one.box)).toContain(alone.box);
  });

  test('leaves calls as they are of which none merge', () => {
    const calls = [call('a', { visits: 'v', types: 's' }), call('b', { visits: 'w', types: 't' })];
    expect(mergeToFixpoint(calls, DIMENSIONS)).toBe(calls);
  });

  test('goes on until nothing merges: what is united may merge again, or contain another call', () => {
    const calls = [
      call('a', { visits: 'v', types: 's' }),
      call('b', { visits: 'v', types: 't' }),
      call('c', { visits: 'w', types: 'st' }),
      call('d', { visits: 'vw', types: 's', documents: 'd' }),
    ];
    expect(read(mergeToFixpoint(calls, ['types', 'visits']))).toEqual([
      { box: box({ visits: 'vw', types: 'st' }), owners: ['a', 'b', 'c', 'd'] },
    ]);
    // In the other order, the second round merges.
    expect(read(mergeToFixpoint(calls, ['visits', 'types']))).toEqual([
      { box: box({ visits: 'vw', types: 'st' }), owners: ['a', 'b', 'c', 'd'] },
    ]);
  });
});

describe('rule 3', () => {
  test('gives the parts of equal calls, and of contained ones, to the call that is kept', () => {
    const calls = [
      call('small', { visits: 'v', types: 's' }),
      call('large', { visits: 'vw' }),
      call('equal', { visits: 'wv' }),
      call('other', { documents: 'd' }),
    ];
    const kept = dropContained(calls);
    expect(read(kept)).toHaveLength(2);
    expect(read(kept)).toContainEqual({ box: box({ visits: 'vw' }), owners: ['large', 'equal', 'small'] });
    expect(read(kept)).toContainEqual({ box: box({ documents: 'd' }), owners: ['other'] });
    // What was handed in is not changed.
    expect(calls.map(({ parts }) => parts.length)).toEqual([1, 1, 1, 1]);
  });

  test('keeps the order of calls that are as broad, and equal calls are one', () => {
    const calls = [call('b', { visits: 'w' }), call('a', { visits: 'v' }), call('c', { visits: 'w' })];
    expect(read(dropContained(calls)).map(({ owners }) => owners)).toEqual([['b', 'c'], ['a']]);
  });

  test('looks for containers only among calls that were merged, where it is known what they were merged of', () => {
    const [large, small, least] = [
      call('large', { visits: 'vw' }),
      call('small', { visits: 'v' }),
      call('least', { visits: 'w', types: 's' }),
    ];
    const ownersOf = (before: PlannedCall<string>[]) =>
      read(dropContained([large, small, least], undefined, before)).map(({ owners }) => owners);
    expect(ownersOf([])).toEqual([['large', 'small', 'least']]);
    expect(ownersOf([small, least])).toEqual([['large', 'small', 'least']]);
    // None of what is said to be as before is compared with any other.
    expect(ownersOf([large, small, least])).toEqual([['large'], ['small'], ['least']]);
  });

  test('finds the same container, whether or not it is known that others contain none', () => {
    const calls = [
      call('first of its shape', { visits: 'wxyz' }),
      call('documents', { documents: 'de' }),
      call('visits', { visits: 'v' }),
      call('in both', { visits: 'v', documents: 'd' }),
    ];
    const kept = read(dropContained(calls));
    expect(kept.map(({ owners }) => owners)).toEqual([
      ['first of its shape'],
      ['documents'],
      ['visits', 'in both'],
    ]);
    expect(read(dropContained(calls, undefined, calls.slice(0, 1)))).toEqual(kept);
  });
});

describe('rule 2', () => {
  const limits = { patients: 2, visits: 3, documents: 1 };
  const packsOf = (...calls: PlannedCall<string>[]) => read(mergePatientVisitPairs(calls, limits));

  test('fills a call up to both limits, a patient or visit that is in it already counting once', () => {
    const pairs = [
      call('a', { patients: '1', visits: 'uv' }),
      call('b', { patients: '2', visits: 'v' }),
      call('c', { patients: '2', visits: 'w' }),
      call('d', { patients: '1', visits: 'x' }),
      call('e', { patients: '3', visits: 'x' }),
      call('f', { patients: '4', visits: 'y' }),
    ];
    expect(packsOf(...pairs)).toEqual([
      { box: box({ patients: '12', visits: 'uvw' }), owners: ['a', 'b', 'c'] },
      { box: box({ patients: '13', visits: 'x' }), owners: ['d', 'e'] },
      { box: box({ patients: '4', visits: 'y' }), owners: ['f'] },
    ]);
  });

  test.each(['types', 'documents'] as const)(
    'packs pairs with equal %s, and never with others',
    (dimension) => {
      const pairs = [
        call('a', { patients: '1', visits: 'u', [dimension]: 's' }),
        call('b', { patients: '2', visits: 'v', [dimension]: 't' }),
        call('c', { patients: '2', visits: 'v', [dimension]: 's' }),
      ];
      expect(packsOf(...pairs)).toEqual([
        { box: box({ patients: '12', visits: 'uv', [dimension]: 's' }), owners: ['a', 'c'] },
        { box: box({ patients: '2', visits: 'v', [dimension]: 't' }), owners: ['b'] },
      ]);
    },
  );

  test('leaves a pair as it is that no other one is packed with', () => {
    const [alone, a, b] = [
      call('alone', { patients: '1', visits: 'u', types: 's' }),
      call('a', { patients: '1', visits: 'u' }),
      call('b', { patients: '2', visits: 'v' }),
    ];
    const [first] = mergePatientVisitPairs([alone, a, b], limits);
    expect(first).toBe(alone);
    const apart = [alone, a];
    expect(mergePatientVisitPairs(apart, limits)).toBe(apart);
  });

  test.each([
    ['patients alone', { patients: '1' }],
    ['visits alone', { visits: 'u' }],
    ['documents', { documents: 'd' }],
  ])('leaves calls of %s as they are', (_, lists) => {
    const calls = [call('a', lists)];
    expect(mergePatientVisitPairs(calls, limits)).toBe(calls);
  });
});

describe('rule 4', () => {
  test('leaves calls as they are that have nothing in common', () => {
    const calls = [call('a', { visits: 'v' }), call('b', { visits: 'w' })];
    expect(removeOverlaps(calls)).toBe(calls);
    const one = [call('a', { visits: 'v' })];
    expect(removeOverlaps(one)).toBe(one);
  });

  test('hands what two calls fetch to one of them, with the parts of needs that ask for it', () => {
    const calls = [call('both', { visits: 'vw', types: 's' }), call('all', { visits: 'v' })];
    const drafts = read(removeOverlaps(calls));
    expect(drafts).toHaveLength(2);
    expect(drafts).toContainEqual({ box: box({ visits: 'w', types: 's' }), owners: ['both'] });
    expect(drafts).toContainEqual({ box: box({ visits: 'v' }), owners: ['all', 'both'] });
    expect(calls.map(({ parts }) => parts.length)).toEqual([1, 1]);
  });
});
