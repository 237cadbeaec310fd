/** What the index of boxes saves: most boxes are not compared. */
import { expect, test } from 'vitest';
import type { Box } from '../../../src/media/model/box.ts';
import { BoxIndex } from '../../../src/media/model/box-index.ts';
import { createBox } from '../../../src/media/model/need.ts';
import { countWork } from '../../support/count-work.ts';

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
