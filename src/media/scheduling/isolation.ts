/** Needs that shared calls could not settle, and with which others they may share calls from then on. */

import { hash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { type Box, boxKey, DIMENSIONS } from '../model/box.ts';

/**
 * With which needs a need may share calls. `none`: with all that the planner merges. `shape`: with those that list the same
 * dimensions, so that the call filters by all that the need asks by. `group …`: with those of its half of a call that left
 * them open, and with no others. `alone`: with equal ones.
 */
export type Isolation = 'none' | 'shape' | `group ${number}` | 'alone';

/** What a destination's items say changes with its configuration; until then each need would cost a call in vain. */
const REMEMBERED_MS = 5 * 60_000;

/** 100 bytes each: a megabyte. */
const MAX_REMEMBERED = 10_000;

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

/** Remembers by hashes: no identifier of a patient outlives its operation here. */
export class IsolatedNeeds {
  readonly #clock: Clock;
  /** In the order in which they were noted. */
  readonly #known = new Map<string, { readonly isolation: Isolation; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(box: Box, isolation: Isolation): void {
    const key = hashOf(box);
    this.#known.delete(key);
    this.#known.set(key, { isolation, until: this.#clock.now() + REMEMBERED_MS });
    if (this.#known.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }

  isolationOf(box: Box): Isolation {
    if (this.#known.size === 0) return 'none';
    const known = this.#known.get(hashOf(box));
    return known !== undefined && known.until > this.#clock.now() ? known.isolation : 'none';
  }
}

function hashOf(box: Box): string {
  return hash('sha256', boxKey(box), 'base64url').slice(0, 22);
}
