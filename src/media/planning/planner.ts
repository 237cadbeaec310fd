/**
 * Boxes in, Media Queries out: the fewest calls that answer all of them exactly. Pure; docs/batching.md has the rules.
 * Callers hand in boxes of one destination and one authority only.
 */
import { type Box, DIMENSIONS, type Dimension, shapeOf } from '../model/box.ts';
import { cutToLimits } from './cut.ts';
import { BoxIds } from './list-ids.ts';
import { dropContained, mergeToFixpoint } from './merge.ts';
import { removeOverlaps } from './overlaps.ts';
import { mergePatientVisitPairs } from './pairs.ts';
import type { Limits, Part, PlannedCall } from './plan.ts';

/**
 * Plans the calls for `wanted`. A wanted box may be cut: its owner then stands in several calls, with a part in each,
 * and is settled when all of them are. A plan of several calls is planned again as long as that makes it better.
 */
export function planCalls<T>(parts: readonly Part<T>[], limits: Limits): readonly PlannedCall<T>[] {
  const ids = new BoxIds();
  const merged = mergeAll(
    parts.map((one) => ({ box: one.box, parts: [one] })),
    limits,
    ids,
  );
  let plan = cutAll(merged, limits);
  // The pieces of one call would become that call again, and be cut as they were.
  while (merged.length > 1 && plan.length <= MAX_CALLS_TO_IMPROVE) {
    const again = cutAll(mergeAll(plan, limits, ids), limits);
    if (!isBetter(again, plan)) break;
    plan = again;
  }
  return plan;
}

/** A plan this long is about its lengths, not its shapes; another look costs more than it finds. */
const MAX_CALLS_TO_IMPROVE = 20;

type Calls<T> = readonly PlannedCall<T>[];

/** Boxes that list different dimensions never merge, so each such shape is planned by itself; they may still overlap. */
function mergeAll<T>(requested: Calls<T>, limits: Limits, ids: BoxIds): Calls<T> {
  const distinct = dropContained(requested, ids);
  const shapes = Map.groupBy(distinct, ({ box }) => shapeOf(box));
  const merged = [...shapes.values()].flatMap((calls) => mergeShape(calls, limits, ids));
  // As many as there were are the same: none contains another.
  const kept = merged.length === distinct.length ? distinct : dropContained(merged, ids, distinct);
  return removeOverlaps(kept);
}

function cutAll<T>(calls: Calls<T>, limits: Limits): Calls<T> {
  return calls.flatMap((call) => cutToLimits(call, limits));
}

/** Merging in one order of dimensions may leave fewer calls than in another, so orders are tried. */
function mergeShape<T>(calls: Calls<T>, limits: Limits, ids: BoxIds): Calls<T> {
  let best = calls;
  for (const order of mergeOrders(calls, ids)) {
    const merged = mergePatientVisitPairs(mergeToFixpoint(calls, order, ids), limits, ids);
    if (isBetter(merged, best)) best = merged;
    if (best.length === 1) break;
  }
  return best;
}

/** Fewer calls, or as many that fetch less, as far as the lists tell. Both are plans for the same wanted boxes. */
function isBetter(one: Calls<unknown>, other: Calls<unknown>): boolean {
  return one.length < other.length || (one.length === other.length && volumeOf(one) < volumeOf(other));
}

/** Trying another order costs as much as the first; for so many boxes, the most promising one must do. */
const MAX_BOXES_TO_REORDER = 200;

/** Each dimension that varies, first in turn: what follows the first matters little, and all orders would be 24. */
function mergeOrders(calls: Calls<unknown>, ids: BoxIds): Dimension[][] {
  const varying = DIMENSIONS.map((dimension) => ({ dimension, lists: countLists(calls, dimension, ids) }))
    .filter(({ lists }) => lists > 1)
    // The more different lists a dimension has, the more boxes differ in nothing else.
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
