/** Rules 1 and 3 of the planner: boxes that differ in one dimension become one call, and a contained box needs no call. */
import { type Box, breadthOf, type Dimension, unionOf } from '../model/box.ts';
import { BoxIndex } from '../model/box-index.ts';
import { BoxIds } from './list-ids.ts';
import type { Part, PlannedCall } from './plan.ts';

/**
 * Rule 1: boxes that differ in one dimension become one, with the union of that dimension. The result is exact. None of `calls`
 * contains another.
 */
export function mergeToFixpoint<T>(
  calls: readonly PlannedCall<T>[],
  order: readonly Dimension[],
  ids = new BoxIds(),
): readonly PlannedCall<T>[] {
  let merged = calls;
  let before: readonly PlannedCall<T>[];
  do {
    before = merged;
    for (const dimension of order) merged = mergeAlong(merged, dimension, ids);
    if (merged !== before) merged = dropContained(merged, ids, before);
  } while (merged !== before);
  return merged;
}

function mergeAlong<T>(
  calls: readonly PlannedCall<T>[],
  dimension: Dimension,
  ids: BoxIds,
): readonly PlannedCall<T>[] {
  const groups = Map.groupBy(calls, ({ box }) => ids.of(box).keyWithout(dimension));
  if (groups.size === calls.length) return calls;
  return [...groups.values()].flatMap((group) => {
    const [first, ...more] = group;
    if (first === undefined || more.length === 0) return group;
    const union = unionOf(group.map((call) => call.box[dimension]));
    return [{ box: { ...first.box, [dimension]: union }, parts: group.flatMap((call) => call.parts) }];
  });
}

interface Draft<T> {
  readonly box: Box;
  readonly parts: Part<T>[];
}

/**
 * Rule 3: a call that another one contains is merged into it, and equal calls become one. `before`: the calls before merging, if
 * none of them contained another. Those that are still among `calls` contain none of the others.
 */
export function dropContained<T>(
  calls: readonly PlannedCall<T>[],
  ids = new BoxIds(),
  before: readonly PlannedCall<T>[] = [],
): PlannedCall<T>[] {
  const byBreadth = Map.groupBy(uniteEqual(calls, ids), ({ box }) => breadthOf(box));
  if (byBreadth.size === 1) return [...byBreadth.values()].flat();
  const unmerged = new Set(before.map(({ box }) => box));
  const index = new BoxIndex<Draft<T>>();
  return [...byBreadth]
    .sort(([a], [b]) => b - a)
    .flatMap(([, drafts], at) => {
      const kept = drafts.filter(({ box, parts }) => {
        const container = index.firstContainerOf(box);
        container?.parts.push(...parts);
        return container === undefined;
      });
      // Among the calls with the least breadth, none contains another.
      if (at === byBreadth.size - 1) return kept;
      for (const draft of kept) {
        if (unmerged.has(draft.box)) index.addShape(draft.box);
        else index.add(draft.box, draft);
      }
      return kept;
    });
}

function uniteEqual<T>(calls: readonly PlannedCall<T>[], ids: BoxIds): Draft<T>[] {
  const drafts = new Map<number, Draft<T>>();
  for (const { box, parts } of calls) {
    const { key } = ids.of(box);
    const known = drafts.get(key);
    if (known) known.parts.push(...parts);
    else drafts.set(key, { box, parts: [...parts] });
  }
  return [...drafts.values()];
}
