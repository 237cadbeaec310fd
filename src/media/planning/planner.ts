/**
 * Plans Media Queries for boxes: the fewest calls that answer all of them exactly. It does no I/O; docs/batching.md has the
 * rules. All boxes must be of one destination and of callers with equal rights.
 */
import { type Box, DIMENSIONS, type Dimension, shapeOf } from '../model/box.ts';
import { cutToLimits } from './cut.ts';
import { BoxIds } from './list-ids.ts';
import { dropContained, mergeToFixpoint } from './merge.ts';
import { removeOverlaps } from './overlaps.ts';
import { mergePatientVisitPairs } from './pairs.ts';
import type { Limits, Part, PlannedCall } from './plan.ts';

/**
 * Plans the calls for `parts`. A box may be cut: its need is then part of several calls, and is settled when all of them are. A
 * plan of several calls is planned again as long as that improves it.
 */
export function planCalls<T>(parts: readonly Part<T>[], limits: Limits): readonly PlannedCall<T>[] {
  const ids = new BoxIds();
  const merged = mergeAll(
    parts.map((one) => ({ box: one.box, parts: [one] })),
    limits,
    ids,
  );
  let plan = cutAll(merged, limits);
  // The pieces of a single call would be merged into that call again, and be cut in the same way.
  while (merged.length > 1 && plan.length <= MAX_CALLS_TO_IMPROVE) {
    const again = cutAll(mergeAll(plan, limits, ids), limits);
    if (!isBetter(again, plan)) break;
    plan = again;
  }
  return plan;
}

/** Such a long plan is limited by the lengths of its lists, not by their shapes; planning it again costs more than it saves. */
const MAX_CALLS_TO_IMPROVE = 20;

type Calls<T> = readonly PlannedCall<T>[];

/**
 * Boxes that list different dimensions never merge, so each shape is planned separately; boxes of different shapes may still
 * overlap.
 */
function mergeAll<T>(requested: Calls<T>, limits: Limits, ids: BoxIds): Calls<T> {
  const distinct = dropContained(requested, ids);
  const shapes = Map.groupBy(distinct, ({ box }) => shapeOf(box));
  const merged = [...shapes.values()].flatMap((calls) => mergeShape(calls, limits, ids));
  // If the number of calls is unchanged, nothing was merged: none contains another.
  const kept = merged.length === distinct.length ? distinct : dropContained(merged, ids, distinct);
  return removeOverlaps(kept);
}

function cutAll<T>(calls: Calls<T>, limits: Limits): Calls<T> {
  return calls.flatMap((call) => cutToLimits(call, limits));
}

/** Merging in one order of dimensions may leave fewer calls than in another, so several orders are tried. */
function mergeShape<T>(calls: Calls<T>, limits: Limits, ids: BoxIds): Calls<T> {
  let best = calls;
  for (const order of mergeOrders(calls, ids)) {
    const merged = mergePatientVisitPairs(mergeToFixpoint(calls, order, ids), limits, ids);
    if (isBetter(merged, best)) best = merged;
    if (best.length === 1) break;
  }
  return best;
}

/** Fewer calls, or the same number that fetch less, judging by their lists. Both are plans for the same parts. */
function isBetter(one: Calls<unknown>, other: Calls<unknown>): boolean {
  return one.length < other.length || (one.length === other.length && volumeOf(one) < volumeOf(other));
}

/** Trying another order costs as much as the first; for more boxes than this, only the most promising one is tried. */
const MAX_BOXES_TO_REORDER = 200;

/**
 * Orders that begin with each of the dimensions that vary: the rest of the order matters little, and there are 24 orders in
 * total.
 */
function mergeOrders(calls: Calls<unknown>, ids: BoxIds): Dimension[][] {
  const varying = DIMENSIONS.map((dimension) => ({ dimension, lists: countLists(calls, dimension, ids) }))
    .filter(({ lists }) => lists > 1)
    // The more different lists a dimension has, the more boxes differ only in this dimension.
    .sort((a, b) => b.lists - a.lists)
    .map(({ dimension }) => dimension);
  if (calls.length > MAX_BOXES_TO_REORDER) return [varying];
  return varying.map((_, at) => [...varying.slice(at), ...varying.slice(0, at)]);
}

function countLists(calls: Calls<unknown>, dimension: Dimension, ids: BoxIds): number {
  return new Set(calls.map(({ box }) => ids.of(box)[dimension])).size;
}

function volumeOf(calls: Calls<unknown>): number {
  return calls.reduce((sum, { box }) => sum + volumeOfBox(box), 0);
}

function volumeOfBox(box: Box): number {
  return DIMENSIONS.reduce((product, dimension) => {
    const values = box[dimension];
    return product * (values === 'all' ? 1 : values.size);
  }, 1);
}
