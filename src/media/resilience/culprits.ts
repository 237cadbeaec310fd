/**
 * Culprits: patients, visits and documents that make a destination refuse every call that asks for them. For a while each of them
 * is queried in a call of its own, so that the calls for other values succeed.
 */
import type { Clock } from '../../clock.ts';
import { ExpiringMap } from '../../expiring-map.ts';
import type { Box } from '../model/box.ts';
import { LIMITED } from '../planning/plan.ts';

/** A chart that cannot be read now may be repaired soon; until then a separate call is the cheapest way to find out. */
const REMEMBERED_MS = 5 * 60_000;

/** About 100 bytes each. A destination that refuses more than a thousand patients has a problem of another kind. */
const MAX_REMEMBERED = 1000;

type Pieces = readonly ReadonlySet<string>[];

export class Culprits {
  readonly #hash: (text: string) => string;
  /** Keys are HMACs of the dimension and the value. */
  readonly #known: ExpiringMap<true>;
  /** The pieces that lists were cut into; valid as long as `#version` is the same. */
  readonly #pieces = new WeakMap<
    ReadonlySet<string>,
    { readonly version: number; readonly pieces: Pieces }
  >();
  /** Changes whenever a culprit is added, or is removed before it expires. */
  #version = 0;

  /** `hash`: a keyed hash, so that its results are useless outside this process. */
  constructor(clock: Clock, hash: (text: string) => string) {
    this.#known = new ExpiringMap(clock, REMEMBERED_MS, MAX_REMEMBERED);
    this.#hash = hash;
  }

  /** Remembers the value of a box without lists of several values, which was refused while other boxes were answered. */
  note(box: Box): void {
    const [key] = this.#keysOf(box);
    if (key === undefined) return;
    this.#version += 1;
    this.#known.set(key, true);
  }

  /** Forgets the culprits in this box: a call for it was answered. */
  forget(box: Box): void {
    if (this.#known.isEmpty) return;
    for (const dimension of LIMITED) {
      const values = box[dimension];
      if (values === 'all') continue;
      for (const value of values) {
        if (this.#known.delete(this.#keyOf(dimension, value))) this.#version += 1;
      }
    }
  }

  /** Returns the key of the culprit that the box asks for; null when it asks for none, or for other values as well. */
  findCulprit(box: Box): string | null {
    if (this.#known.isEmpty) return null;
    return this.#keysOf(box).find((key) => this.#known.get(key)) ?? null;
  }

  /** Cuts the box into one piece for each culprit in it, and one piece for all other values. */
  cut(box: Box): readonly Box[] {
    if (this.#known.isEmpty) return [box];
    for (const dimension of LIMITED) {
      const values = box[dimension];
      if (values === 'all' || values.size < 2) continue;
      const pieces = this.#piecesOf(dimension, values);
      if (pieces.length > 0) return pieces.map((piece) => ({ ...box, [dimension]: piece }));
    }
    return [box];
  }

  /** Cuts a list; no pieces when it holds no culprit. The result is cached, since thousands of needs may share one long list. */
  #piecesOf(dimension: (typeof LIMITED)[number], values: ReadonlySet<string>): Pieces {
    const before = this.#pieces.get(values);
    if (before?.version === this.#version) return before.pieces;
    const culprits = [...values].filter((value) => this.#known.get(this.#keyOf(dimension, value)));
    const rest = new Set(values).difference(new Set(culprits));
    const alone = culprits.map((value) => new Set([value]));
    const all = rest.size === 0 ? alone : [...alone, rest];
    const pieces = culprits.length === 0 ? [] : all;
    this.#pieces.set(values, { version: this.#version, pieces });
    return pieces;
  }

  /** Returns the keys of lists of one value, the patient's first: when a visit is refused, its patient most likely is, too. */
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
