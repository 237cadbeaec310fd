/** Rules 1 and 3 of the planner: equal but for one dimension means one call, and contained means no call. */
import {
  type Box,
  boxKey,
  breadthOf,
  DIMENSIONS,
  type Dimension,
  shortKeys,
  unionOf,
  type Values,
  valuesKey,
} from '../model/box.ts';
import { BoxIndex } from '../model/box-index.ts';
import type { Part, PlannedCall } from './plan.ts';

/** Rule 1: boxes that are the same but for one dimension become one, with the union of that dimension. Exact. */
export function mergeToFixpoint<T>(
  calls: readonly PlannedCall<T>[],
  order: readonly Dimension[],
): readonly PlannedCall<T>[] {
  const ids = new ListIds();
  let merged = calls;
  for (let before = Number.POSITIVE_INFINITY; merged.length < before; ) {
    before = merged.length;
    for (const dimension of order) merged = mergeAlong(merged, dimension, ids);
    if (merged.length < before) merged = dropContained(merged);
  }
  return merged;
}

function mergeAlong<T>(
  calls: readonly PlannedCall<T>[],
  dimension: Dimension,
  ids: ListIds,
): readonly PlannedCall<T>[] {
  const others = DIMENSIONS.filter((one) => one !== dimension);
  const groups = Map.groupBy(calls, ({ box }) =>
    others.reduce((key, one) => key * MAX_LISTS + ids.of(box[one]), 0),
  );
  if (groups.size === calls.length) return calls;
  return [...groups.values()].flatMap((group) => {
    const [first, ...more] = group;
    if (first === undefined || more.length === 0) return group;
    const union = unionOf(group.map((call) => call.box[dimension]));
    return [{ box: { ...first.box, [dimension]: union }, parts: group.flatMap((call) => call.parts) }];
  });
}

/** Three numbers below this make one exact number: calls are grouped far faster by it than by text. */
const MAX_LISTS = 2 ** 17;

/** Numbers for lists: equal ones for equal lists. */
export class ListIds {
  readonly #bySet = new Map<Values, number>();
  readonly #byKey = new Map<string, number>();

  of(values: Values): number {
    let id = this.#bySet.get(values);
    if (id === undefined) {
      const key = valuesKey(values);
      id = this.#byKey.get(key) ?? this.#byKey.size;
      if (id >= MAX_LISTS) throw new RangeError('too many needs for one plan');
      this.#byKey.set(key, id);
      this.#bySet.set(values, id);
    }
    return id;
  }
}

interface Draft<T> {
  readonly box: Box;
  readonly parts: Part<T>[];
}

/** Rule 3: lets every call that another one contains ride along with it; equal calls become one. */
export function dropContained<T>(calls: readonly PlannedCall<T>[]): PlannedCall<T>[] {
  const byBreadth = Map.groupBy(uniteEqual(calls), ({ box }) => breadthOf(box));
  if (byBreadth.size === 1) return [...byBreadth.values()].flat();
  const index = new BoxIndex<Draft<T>>();
  return [...byBreadth]
    .sort(([a], [b]) => b - a)
    .flatMap(([, drafts]) => {
      const kept = drafts.filter(({ box, parts }) => {
        const container = index.containersOf(box).next().value;
        container?.parts.push(...parts);
        return container === undefined;
      });
      for (const draft of kept) index.add(draft.box, draft);
      return kept;
    });
}

function uniteEqual<T>(calls: readonly PlannedCall<T>[]): Draft<T>[] {
  const drafts = new Map<string, Draft<T>>();
  const keyOf = shortKeys();
  for (const { box, parts } of calls) {
    const key = boxKey(box, keyOf);
    const known = drafts.get(key);
    if (known) known.parts.push(...parts);
    else drafts.set(key, { box, parts: [...parts] });
  }
  return [...drafts.values()];
}
