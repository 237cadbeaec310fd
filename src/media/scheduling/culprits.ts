/**
 * Patients, visits and documents that a destination refuses to be asked for, whatever stands beside them in the call. For a while
 * each is asked in a call of its own, so that it costs the others nothing.
 */
import type { Clock } from '../../clock.ts';
import type { Box } from '../model/box.ts';
import { LIMITED } from '../planning/plan.ts';

/** A chart that cannot be read today may be repaired soon; a call of its own until then is as cheap as it gets. */
const REMEMBERED_MS = 5 * 60_000;

/** 100 bytes each. A destination that refuses more than a thousand patients has a trouble of another kind. */
const MAX_REMEMBERED = 1000;

export class Culprits {
  readonly #clock: Clock;
  readonly #hash: (text: string) => string;
  /** Until when each is remembered, by its HMAC. The one noted last comes last. */
  readonly #known = new Map<string, number>();
  /** When the last one is forgotten. */
  #lastUntil = Number.NEGATIVE_INFINITY;

  /** `hash`: keyed, so that it is of no use outside this process. */
  constructor(clock: Clock, hash: (text: string) => string) {
    this.#clock = clock;
    this.#hash = hash;
  }

  /** Of a box without lists of several values, which was refused where others were not. */
  note(box: Box): void {
    const [key] = this.#keysOf(box);
    if (key === undefined) return;
    this.#lastUntil = this.#clock.now() + REMEMBERED_MS;
    this.#known.delete(key);
    this.#known.set(key, this.#lastUntil);
    if (this.#known.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }

  /** A call for this box was answered. */
  forget(box: Box): void {
    if (this.#isEmpty) return;
    for (const dimension of LIMITED) {
      const values = box[dimension];
      if (values !== 'all') for (const value of values) this.#known.delete(this.#keyOf(dimension, value));
    }
  }

  /** The key of the culprit that the box asks for; null when it asks for none, or for others as well. */
  culpritIn(box: Box): string | null {
    if (this.#isEmpty) return null;
    return this.#keysOf(box).find((key) => this.#isKnown(key)) ?? null;
  }

  /** The box in pieces: one for each culprit in it, and the rest. */
  cut(box: Box): readonly Box[] {
    if (this.#isEmpty) return [box];
    for (const dimension of LIMITED) {
      const values = box[dimension];
      if (values === 'all' || values.size < 2) continue;
      const culprits = [...values].filter((value) => this.#isKnown(this.#keyOf(dimension, value)));
      if (culprits.length === 0) continue;
      const pieces = culprits.map((value) => ({ ...box, [dimension]: new Set([value]) }));
      const rest = new Set<string>(values).difference(new Set(culprits));
      return rest.size === 0 ? pieces : [...pieces, { ...box, [dimension]: rest }];
    }
    return [box];
  }

  get #isEmpty(): boolean {
    if (this.#known.size > 0 && this.#clock.now() >= this.#lastUntil) this.#known.clear();
    return this.#known.size === 0;
  }

  #isKnown(key: string): boolean {
    return (this.#known.get(key) ?? Number.NEGATIVE_INFINITY) > this.#clock.now();
  }

  /** Of its lists of one value, a patient first: what is refused of a patient's visit is most likely all of the patient. */
  #keysOf(box: Box): string[] {
    return LIMITED.flatMap((dimension) => {
      const values = box[dimension];
      return values === 'all' || values.size > 1
        ? []
        : [...values].map((value) => this.#keyOf(dimension, value));
    });
  }

  #keyOf(dimension: (typeof LIMITED)[number], value: string): string {
    return this.#hash(`${dimension} ${value}`);
  }
}
