/** The index finds what trying every box would find. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, boxContains } from '../../../src/media/model/box.ts';
import { BoxIndex } from '../../../src/media/model/box-index.ts';
import { createBox } from '../../../src/media/model/need.ts';
import { CASES } from '../../support/cases.ts';
import { CountingSet } from '../../support/counting-set.ts';

const values = fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }), {
  nil: undefined,
});
const patients = fc.option(
  fc
    .uniqueArray(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 3 })
    .map((ids) => ids.map((id) => [{ id, idType: 'MR' }])),
  { nil: undefined },
);
const boxes = fc
  .record({ patients, visitNumbers: values, documentTypes: values, documentIds: values })
  .filter(({ patients, visitNumbers, documentIds }) => Boolean(patients ?? visitNumbers ?? documentIds))
  .map((given) => createBox(given));

test('the containers of a box are those that a search through all boxes finds, each once', () => {
  let found = 0;
  fc.assert(
    fc.property(fc.array(boxes, { maxLength: 12 }), boxes, (registered, asked) => {
      const index = new BoxIndex<Box>();
      for (const box of registered) index.add(box, box);
      const containers = [...index.containersOf(asked)];
      expect(index.firstContainerOf(asked)).toBe(containers[0]);
      found += containers.length;
      expect(new Set(containers)).toEqual(new Set(registered.filter((box) => boxContains(box, asked))));
      expect(containers).toHaveLength(new Set(containers).size);
    }),
    { numRuns: CASES },
  );
  expect(found).toBeGreaterThan(0);
});

test('a box that lists nothing is not registered, and one with an empty list has no container', () => {
  const index = new BoxIndex<string>();
  const everything: Box = { patients: 'all', visits: 'all', types: 'all', documents: 'all' };
  index.add(everything, 'everything');
  index.add({ ...everything, visits: new Set('a') }, 'a');
  expect([...index.containersOf({ ...everything, visits: new Set('a') })]).toEqual(['a']);
  expect([...index.containersOf({ ...everything, visits: new Set() })]).toEqual([]);
  index.add({ ...everything, visits: new Set('a'), types: new Set('t') }, 'typed');
  expect([...index.containersOf({ ...everything, visits: new Set(), types: new Set('t') })]).toEqual([]);
  expect([...index.containersOf(everything)]).toEqual([]);
  expect([...index.containersOf({ ...everything, types: new Set('a') })]).toEqual([]);
});

test('boxes that list other dimensions are found by those, whichever came first', () => {
  const everything: Box = { patients: 'all', visits: 'all', types: 'all', documents: 'all' };
  const boxes: readonly Partial<Box>[] = [
    { visits: new Set('a') },
    { documents: new Set('b') },
    { types: new Set('c'), documents: new Set('d') },
    { visits: new Set('d'), types: new Set('c') },
  ];
  const index = new BoxIndex<Partial<Box>>();
  for (const lists of boxes) index.add({ ...everything, ...lists }, lists);
  for (const lists of boxes) expect([...index.containersOf({ ...everything, ...lists })]).toEqual([lists]);
});

test('shapes are searched in the order in which they came, also those of which nothing is registered yet', () => {
  const everything: Box = { patients: 'all', visits: 'all', types: 'all', documents: 'all' };
  const index = new BoxIndex<string>();
  index.addShape({ ...everything, visits: new Set('b') });
  const asked = { ...everything, visits: new Set('a'), documents: new Set('d') };
  index.add({ ...everything, documents: new Set('d') }, 'documents');
  expect(index.firstContainerOf(asked)).toBe('documents');
  expect(index.firstContainerOf({ ...everything, visits: new Set('b') })).toBeUndefined();
  index.add({ ...everything, visits: new Set('a') }, 'visits');
  expect(index.firstContainerOf(asked)).toBe('visits');
  expect([...index.containersOf(asked)]).toEqual(['visits', 'documents']);
});

test('a box that lists what another does not is not compared with it, whatever its values', () => {
  const everything: Box = { patients: 'all', visits: 'all', types: 'all', documents: 'all' };
  const visits = new CountingSet(['v']);
  const index = new BoxIndex<string>();
  index.add({ ...everything, visits, types: new Set('al') }, 'typed');
  visits.looks = 0;
  expect([...index.containersOf({ ...everything, visits: new Set(['v']) })]).toEqual([]);
  expect(visits.looks).toBe(0);
});

describe('a list of more than 100 values', () => {
  const everything: Box = { patients: 'all', visits: 'all', types: 'all', documents: 'all' };
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at));
  const listOf = (count: number) => new CountingSet(numbers(count));

  test.each([
    ['is not read where another one leads to the box', 101, true, 0],
    ['is read where no other does', 101, false, 101],
    ['and no more values is read', 100, true, 100],
  ])('%s', (_, count, hasOther, looks) => {
    const visits = listOf(count);
    const types = hasOther ? new Set(['t']) : 'all';
    const index = new BoxIndex<string>();
    index.add({ ...everything, visits, types }, 'long');
    expect(visits.looks).toBe(looks);
    index.add({ ...everything, visits: new Set(['7']), types }, 'short');
    const found = (visit: string) => [
      ...index.containersOf({ ...everything, types, visits: new Set([visit]) }),
    ];
    expect(found('7')).toEqual(['long', 'short']);
    expect(found('8')).toEqual(['long']);
    expect(found('1000')).toEqual([]);
  });
});

describe('of a thousand boxes', () => {
  const some = (at: number, prefix: string, [count, of]: readonly [number, number]) =>
    Array.from({ length: count }, (_, nth) => `${prefix}${(at * (nth + 7) + nth * nth) % of}`);

  test.each([
    // To be sure of a container takes a look at each of its values.
    ['each of whose values is in many others, few', [3, 31], [10, 199], 1.1],
    ['that have one value in common, and then one of their own, none', [1, 1], [1, 1000], 1],
    ['that have one of their own, and then one in common, none', [1, 1000], [1, 1], 1],
  ] as const)('%s are compared but those that contain what is asked', (_, visits, documents, factor) => {
    const lists = Array.from({ length: 1000 }, (_, at) => ({
      visits: new CountingSet(some(at, 'v', visits)),
      documents: new CountingSet(some(at, 'd', documents)),
    }));
    const index = new BoxIndex<number>();
    for (const [at, one] of lists.entries()) index.add({ ...createBox({}), ...one }, at);
    const asked = lists.map((one) => ({ visits: new Set(one.visits), documents: new Set(one.documents) }));
    for (const one of lists) one.visits.looks = one.documents.looks = 0;
    for (const [at, one] of asked.entries()) {
      expect([...index.containersOf({ ...createBox({}), ...one })]).toContain(at);
    }
    const looks = lists.reduce((sum, one) => sum + one.visits.looks + one.documents.looks, 0);
    const values = lists.reduce((sum, one) => sum + one.visits.size + one.documents.size, 0);
    expect(looks).toBeLessThanOrEqual(factor * values);
  });
});
