/** Rule 4 of the planner: no call of a plan fetches again what another one fetches. */
import { type Box, boxKey, DIMENSIONS, subtractBox } from '../model/box.ts';
import { partsWithin } from './cut.ts';
import type { Part, PlannedCall } from './plan.ts';

/** Every call is compared with every other; for more calls than this, that costs more than it saves. */
const MAX_CALLS_TO_COMPARE = 40;

/**
 * Removes from a call what another one fetches anyway; the number of calls does not change. Returns the same list when nothing
 * overlaps.
 */
export function removeOverlaps<T>(calls: readonly PlannedCall<T>[]): readonly PlannedCall<T>[] {
  if (calls.length < 2 || calls.length > MAX_CALLS_TO_COMPARE) return calls;
  let isChanged = false;
  // Sorted, so that the plan does not depend on the order in which needs arrived.
  const drafts = calls.map(({ box, parts }) => ({ box, parts: [...parts], key: boxKey(box) }));
  drafts.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const call of drafts) {
    for (const other of drafts) {
      // A call minus itself would be empty.
      if (handOver(call, other)) isChanged = true;
    }
  }
  return isChanged ? drafts.map(({ box, parts }) => ({ box, parts })) : calls;
}

interface Draft<T> {
  box: Box;
  parts: Part<T>[];
}

/**
 * Leaves the part of `call` that `other` fetches too to `other`. False when they do not overlap, or nothing would be left of
 * `call`.
 */
function handOver<T>(call: Draft<T>, other: Draft<T>): boolean {
  const rest = subtractBox(call.box, other.box);
  const dimension = rest && DIMENSIONS.find((one) => rest[one] !== call.box[one]);
  if (!rest || !dimension) return false;
  other.parts.push(...partsWithin(call.parts, dimension, other.box[dimension]));
  call.parts = partsWithin(call.parts, dimension, rest[dimension]);
  call.box = rest;
  return true;
}
