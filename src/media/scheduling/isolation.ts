/** With which others a need may share calls that shared calls could not settle. */
import { type Box, boxKey, DIMENSIONS } from '../model/box.ts';

/**
 * With which needs a need may share calls. `none`: with all that the planner merges. `shape`: with those that list the same
 * dimensions, so that the call filters by all that the need asks by. `group …`: with those of its half of a call that left
 * them open, and with no others. `alone`: with equal ones.
 */
export type Isolation = 'none' | 'shape' | `group ${number}` | 'alone';

/** Which part of the needs of one isolation share calls: equal strings may. */
export function isolationKey(isolation: Isolation, box: Box): string {
  if (isolation === 'none') return '';
  if (isolation === 'alone') return boxKey(box);
  return isolation === 'shape' ? `shape ${shapeOf(box)}` : isolation;
}

/** Whether a need of this isolation may be answered from a call in flight, for `callBox`. */
export function allowsCall(isolation: Isolation, box: Box, callBox: Box): boolean {
  if (isolation === 'none') return true;
  if (isolation === 'alone') return boxKey(box) === boxKey(callBox);
  return isolation === 'shape' && shapeOf(box) === shapeOf(callBox);
}

/** Whether a call for `callBox` filters by all that a need asks by. */
export function hasShapeOf(callBox: Box, box: Box): boolean {
  return shapeOf(callBox) === shapeOf(box);
}

/** The dimensions that a box lists. */
function shapeOf(box: Box): string {
  return DIMENSIONS.filter((dimension) => box[dimension] !== 'all').join();
}
