/** The index finds what trying every box would find. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, boxContains } from '../../../src/media/model/box.ts';
import { BoxIndex } from '../../../src/media/model/box-index.ts';
import { createBox } from '../../../src/media/model/need.ts';
import { CASES } from '../../support/cases.ts';
import { countWork } from '../../support/count-work.ts';

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
  expect([...index.containersOf(everything)]).toEqual([]);
  expect([...index.containersOf({ ...everything, types: new Set('a') })]).toEqual([]);
});

test('boxes are told apart that have each of their values in common with many others', async () => {
  const some = (at: number, count: number, of: number, prefix: string) =>
    Array.from({ length: count }, (_, nth) => `${prefix}${(at * (nth + 7) + nth * nth) % of}`);
  const boxes = Array.from({ length: 1000 }, (_, at) =>
    createBox({
      visitNumbers: some(at, 3, 31, 'v'),
      documentTypes: some(at, 3, 11, 't'),
      documentIds: some(at, 10, 199, 'd'),
    }),
  );
  const index = new BoxIndex<Box>();
  for (const box of boxes) index.add(box, box);
  const search = () => {
    for (const box of boxes) expect([...index.containersOf(box)]).toContain(box);
  };
  // To find itself takes each some 20; to be compared with every box that has its rarest value, some 200.
  expect(await countWork(search, ['src/media/model/box.ts'])).toBeLessThan(60 * boxes.length);
});
