/** A plan: the Media Queries that cover a set of needs. */
import { type Box, DIMENSIONS } from '../model/box.ts';

/** A box, or a part of one, and the need that waits for it. */
export interface Part<T> {
  readonly box: Box;
  readonly owner: T;
}

/** One Media Query, and the parts of needs that it serves: the box of every part lies inside the call's. */
export interface PlannedCall<T> {
  readonly box: Box;
  readonly parts: readonly Part<T>[];
}

/** The dimensions whose lists may be too long for a destination. */
export const LIMITED = ['patients', 'visits', 'documents'] as const;

/** The maximum number of values of each list in one call. */
export type Limits = Readonly<Record<(typeof LIMITED)[number], number>>;

/** A one-line description of a plan without any values: `2 calls: 50 patients; 10 patients × 2 types`. */
export function explain(plan: readonly { readonly box: Box }[]): string {
  const calls = plan.map(({ box }) => {
    const lists = DIMENSIONS.flatMap((dimension) => {
      const values = box[dimension];
      if (values === 'all') return [];
      return [`${values.size} ${values.size === 1 ? dimension.slice(0, -1) : dimension}`];
    });
    return lists.join(' × ');
  });
  const count = `${plan.length} ${plan.length === 1 ? 'call' : 'calls'}`;
  return calls.length === 0 ? count : `${count}: ${calls.join('; ')}`;
}
