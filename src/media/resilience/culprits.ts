/**
 * Patients, visits and documents that a destination refuses to be asked for, whatever stands beside them in the call. For a while
 * each is asked in a call of its own, so that it costs the others nothing.
 */
import type { Clock } from '../../clock.ts';
import { ExpiringMap } from '../../expiring-map.ts';
import type { Box } from '../model/box.ts';
import { LIMITED } from '../planning/plan.ts';

/** A chart that cannot be read today may be repaired soon; a call of its own until then is as cheap as it gets. */
const REMEMBERED_MS = 5 * 60_000;

/** 100 bytes each. A destination that refuses more than a thousand patients has a trouble of another kind. */
const MAX_REMEMBERED = 1000;

type Pieces = readonly ReadonlySet<string>[];

export class Culprits {
  readonly #hash: (text: string) => string;
  /** By their HMACs. */
  readonly #known: ExpiringMap<true>;
  /** The pieces of lists, as they were when `#version` was this. */
  readonly #pieces = new WeakMap<
    ReadonlySet<string>,
    { readonly version: number; readonly pieces: Pieces }
  >();
  /** Another one whenever one is noted or forgotten before its time. */
  #version = 0;

  /** `hash`: keyed, so that it is of no use outside this process. */
  constructor(clock: Clock, hash: (text: string) => string) {
    this.#known = new ExpiringMap(clock, REMEMBERED_MS, MAX_REMEMBERED);
    this.#hash = hash;
  }

  /** Of a box without lists of several values, which was refused where others were not. */
  note(box: Box): void {
    const [key] = this.#keysOf(box);
    if (key === undefined) return;
    this.#version += 1;
    this.#known.set(key, true);
  }

  /** A call for this box was answered. */
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

  /** The key of the culprit that the box asks for; null when it asks for none, or for others as well. */
  culpritIn(box: Box): string | null {
    if (this.#known.isEmpty) return null;
    return this.#keysOf(box).find((key) => this.#known.get(key)) ?? null;
  }

  /** The box in pieces: one for each culprit in it, and the rest. */
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

  /** A list in pieces; none when there is no culprit in it. Thousands of needs may have one long list in common. */
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
