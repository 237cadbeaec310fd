/**
 * Boxes in, Media Queries out: the fewest calls that answer all of them exactly. Pure; docs/batching.md has the rules.
 * Callers hand in boxes of one destination and one authority only.
 */
import { type Box, DIMENSIONS, type Dimension, valuesKey } from '../model/box.ts';
import { cutToLimits } from './cut.ts';
import { dropContained, mergeToFixpoint } from './merge.ts';
import { removeOverlaps } from './overlaps.ts';
import { mergePatientVisitPairs } from './pairs.ts';
import type { Limits, Part, PlannedCall } from './plan.ts';

/**
 * Plans the calls for `wanted`. A wanted box may be cut: its owner then stands in several calls, with a part in each,
 * and is settled when all of them are. A plan of several calls is planned again as long as that makes it better.
 */
export function planCalls<T>(parts: readonly Part<T>[], limits: Limits): readonly PlannedCall<T>[] {
  let plan = bestPlan(
    parts.map((one) => ({ box: one.box, parts: [one] })),
    limits,
  );
  while (plan.calls.length > 1 && plan.calls.length <= MAX_CALLS_TO_IMPROVE) {
    const again = bestPlan(plan.calls, limits);
    if (!isBetter(again, plan)) break;
    plan = again;
  }
  return plan.calls;
}

/** A plan this long is about its lengths, not its shapes; another look costs more than it finds. */
const MAX_CALLS_TO_IMPROVE = 20;

interface Plan<T> {
  readonly calls: readonly PlannedCall<T>[];
  /** How much it may fetch, as far as the lists tell: only comparable between plans for the same wanted boxes. */
  readonly volume: number;
}

/** Boxes that list different dimensions never merge, so each such shape is planned by itself; they may still overlap. */
function bestPlan<T>(asked: readonly PlannedCall<T>[], limits: Limits): Plan<T> {
  const distinct = dropContained(asked);
  const shapes = Map.groupBy(distinct, ({ box }) => shapeOf(box));
  const merged = [...shapes.values()].flatMap((calls) => mergeShape(calls, limits).calls);
  // A merged box may contain others. As many as there were are the same: none contains another.
  const kept = merged.length === distinct.length ? distinct : dropContained(merged);
  return createPlan(removeOverlaps(kept).flatMap((call) => cutToLimits(call, limits)));
}

/** Merging in one order of dimensions may leave fewer calls than in another, so orders are tried. */
function mergeShape<T>(calls: readonly PlannedCall<T>[], limits: Limits): Plan<T> {
  let best: Plan<T> = createPlan(calls);
  for (const order of mergeOrders(calls)) {
    const plan = createPlan(mergePatientVisitPairs(mergeToFixpoint(calls, order), limits));
    if (isBetter(plan, best)) best = plan;
    if (best.calls.length === 1) break;
  }
  return best;
}

function createPlan<T>(calls: readonly PlannedCall<T>[]): Plan<T> {
  return { calls, volume: calls.reduce((sum, { box }) => sum + volumeOf(box), 0) };
}

function shapeOf(box: Box): string {
  return DIMENSIONS.map((dimension) => (box[dimension] === 'all' ? '-' : dimension)).join();
}

/** Fewer calls, or as many that fetch less. */
function isBetter(one: Plan<unknown>, other: Plan<unknown>): boolean {
  return (
    one.calls.length < other.calls.length ||
    (one.calls.length === other.calls.length && one.volume < other.volume)
  );
}

/** Trying another order costs as much as the first; for so many boxes, the most promising one must do. */
const MAX_BOXES_TO_REORDER = 200;

/** Each dimension that varies, first in turn: what follows the first matters little, and all orders would be 24. */
function mergeOrders(calls: readonly PlannedCall<unknown>[]): Dimension[][] {
  const varying = DIMENSIONS.map((dimension) => ({ dimension, lists: countLists(calls, dimension) }))
    .filter(({ lists }) => lists > 1)
    // The more different lists a dimension has, the more boxes differ in nothing else.
    .sort((a, b) => b.lists - a.lists)
    .map(({ dimension }) => dimension);
  if (calls.length > MAX_BOXES_TO_REORDER) return [varying];
  return varying.map((_, at) => [...varying.slice(at), ...varying.slice(0, at)]);
}

function countLists(calls: readonly PlannedCall<unknown>[], dimension: Dimension): number {
  return new Set(calls.map(({ box }) => valuesKey(box[dimension]))).size;
}

function volumeOf(box: Box): number {
  return DIMENSIONS.reduce((product, dimension) => {
    const values = box[dimension];
    return product * (values === 'all' ? 1 : values.size);
  }, 1);
}
