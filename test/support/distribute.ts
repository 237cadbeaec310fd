/** A reply distributed at once, as if no other work had to go on meanwhile. */
import { distribute } from '../../src/media/matching/distribute.ts';
import type { Box } from '../../src/media/model/box.ts';
import { finishAtOnce } from '../../src/time-slices.ts';

export function distributeAtOnce<T extends { readonly box: Box }>(
  ...reply: Parameters<typeof distribute<T>>
) {
  return finishAtOnce(distribute(...reply));
}
