/** Isolation: which calls a need may share after a shared call could not settle it. */
import { type Box, boxKey, DIMENSIONS } from '../model/box.ts';

/**
 * Which needs a need may share calls with. `none`: all needs that the planner merges it with. `shape`: needs that list the same
 * dimensions, so that the call filters by every dimension that the need filters by. `group …`: only needs of the same group, such
 * as one half of the needs that a call left open. `alone`: equal needs.
 */
export type Isolation = 'none' | 'shape' | `group ${number}` | 'alone';

/** Returns a key that is equal for needs that may share calls, as far as their isolation is concerned. */
export function isolationKey(isolation: Isolation, box: Box): string {
  if (isolation === 'none') return '';
  if (isolation === 'alone') return boxKey(box);
  return isolation === 'shape' ? `shape ${shapeOf(box)}` : isolation;
}

/** Whether a need of this isolation may be answered by a call in flight for `callBox`. */
export function allowsCall(isolation: Isolation, box: Box, callBox: Box): boolean {
  if (isolation === 'none') return true;
  if (isolation === 'alone') return boxKey(box) === boxKey(callBox);
  return isolation === 'shape' && shapeOf(box) === shapeOf(callBox);
}

/** Whether a call for `callBox` filters by the same dimensions as a need for `box`. */
export function hasShapeOf(callBox: Box, box: Box): boolean {
  return shapeOf(callBox) === shapeOf(box);
}

/** Returns the dimensions that a box lists. */
function shapeOf(box: Box): string {
  return DIMENSIONS.filter((dimension) => box[dimension] !== 'all').join();
}
