/** The index finds what trying every box would find. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, boxContains } from '../../../src/media/model/box.ts';
import { BoxIndex } from '../../../src/media/model/box-index.ts';
import { createBox } from '../../../src/media/model/need.ts';
import { CASES } from '../../support/cases.ts';

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
