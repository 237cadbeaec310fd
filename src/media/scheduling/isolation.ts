/** Needs that calls for more than themselves could not settle, and with whom they share calls from then on. */

import { hash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { type Box, boxKey, DIMENSIONS } from '../model/box.ts';

/**
 * With which needs a need may share calls. `none`: with all that the planner merges. `shape`: with those that list the same
 * dimensions, so that the call filters by all that the need asks by. `alone`: with equal ones.
 */
export type Isolation = 'none' | 'shape' | 'alone';

/** What a destination's items say changes with its configuration; until then each question would cost a call in vain. */
const REMEMBERED_MS = 5 * 60_000;

/** 100 bytes each: a megabyte. */
const MAX_REMEMBERED = 10_000;

/** Which part of the needs of one isolation share calls: equal strings may. */
export function isolationKey(isolation: Isolation, box: Box): string {
  if (isolation === 'none') return '';
  return isolation === 'alone' ? boxKey(box) : `shape ${shapeOf(box)}`;
}

/** Whether a need of this isolation may be answered from a call for `claim`. */
export function allowsCall(isolation: Isolation, box: Box, claim: Box): boolean {
  return isolationKey(isolation, box) === isolationKey(isolation, claim);
}

/** What to try next when a call for `claim` did not settle a need. */
export function isolateFurther(box: Box, claim: Box): Isolation {
  return shapeOf(box) === shapeOf(claim) ? 'alone' : 'shape';
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
