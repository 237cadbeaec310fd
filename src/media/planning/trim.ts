/** Rule 4 of the planner: what one call fetches, no other call of the plan fetches again. */
import { type Box, boxKey, DIMENSIONS, subtractBox } from '../model/box.ts';
import { partsWithin } from './cut.ts';
import type { PlannedCall, Wanted } from './plan.ts';

/** Every call is compared with every other; beyond this many it costs more than it saves. */
const MOST_CALLS_TO_TRIM = 40;

/** Takes out of a call what another one fetches anyway; the number of calls stays. The same list when nothing overlaps. */
export function trimOverlaps<T>(calls: readonly PlannedCall<T>[]): readonly PlannedCall<T>[] {
  if (calls.length < 2 || calls.length > MOST_CALLS_TO_TRIM) return calls;
  let isTrimmed = false;
  // In an order of their own, so that the plan does not depend on the order in which needs arrived.
  const drafts = calls.map(({ box, wanted }) => ({ box, wanted: [...wanted], key: boxKey(box) }));
  drafts.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const call of drafts) {
    for (const other of drafts) {
      if (other !== call && handOver(call, other)) isTrimmed = true;
    }
  }
  return isTrimmed ? drafts.map(({ box, wanted }) => ({ box, wanted })) : calls;
}

interface Draft<T> {
  box: Box;
  wanted: Wanted<T>[];
}

/** Leaves to `other` the part of `call` that `other` fetches too. False when there is none, or no rest. */
function handOver<T>(call: Draft<T>, other: Draft<T>): boolean {
  const rest = subtractBox(call.box, other.box);
  const dimension = rest && DIMENSIONS.find((one) => rest[one] !== call.box[one]);
  if (!rest || !dimension) return false;
  other.wanted.push(...partsWithin(call.wanted, dimension, other.box[dimension]));
  call.wanted = partsWithin(call.wanted, dimension, rest[dimension]);
  call.box = rest;
  return true;
}
