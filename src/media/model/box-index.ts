/** Finds the boxes that contain a box without trying them all: every box that can be asked for has a list. */
import { type Box, boxContains, DIMENSIONS, type Dimension, listedIn, listSize } from './box.ts';

/** A longer list is not indexed where another one is: of thousands of needs it would cost more than it saves. */
const MAX_VALUES = 100;

interface Entry<T> {
  readonly box: Box;
  readonly value: T;
  /** Those of all its values that are indexed. */
  bits: number;
}

/** The boxes that list one value. */
interface OfValue<T> {
  readonly entries: Entry<T>[];
  /** One of 32: a box that lacks a bit of another does not contain it, which tells most boxes apart at once. */
  readonly bit: number;
}

/** The boxes that list the same dimensions. */
class OfShape<T> {
  /** By each listed value. A dimension is here only while all boxes of the shape are in it. */
  readonly #values = new Map<Dimension, Map<string, OfValue<T>>>();
  #bits = 0;

  constructor(box: Box) {
    for (const dimension of DIMENSIONS) if (box[dimension] !== 'all') this.#values.set(dimension, new Map());
  }

  add(box: Box, value: T): void {
    const entry = { box, value, bits: 0 };
    for (const [dimension, known] of this.#values) {
      const values = box[dimension];
      // `Map` allows it: the dimension that is deleted is the one that was just visited.
      if (listSize(values) > MAX_VALUES && this.#values.size > 1) this.#values.delete(dimension);
      else for (const key of listedIn(values)) this.#addTo(known, key, entry);
    }
  }

  /**
   * All boxes that may contain `box`, as few as the lists allow. Such a box lists all values of `box` in every dimension that
   * it lists, so that any one of them leads to it: the one that fewest list.
   */
  candidatesFor(box: Box): readonly Entry<T>[] {
    let fewest: readonly Entry<T>[] | null = null;
    let bits = 0;
    for (const [dimension, known] of this.#values) {
      const values = box[dimension];
      // This shape lists what `box` does not, or `box` lists nothing that could be contained: none of it contains all.
      if (values === 'all' || values.size === 0) return [];
      for (const value of values) {
        const found = known.get(value);
        if (found === undefined) return [];
        bits |= found.bit;
        if (fewest === null || found.entries.length < fewest.length) fewest = found.entries;
      }
    }
    return fewest?.filter((entry) => (entry.bits & bits) === bits) ?? [];
  }

  #addTo(known: Map<string, OfValue<T>>, key: string, entry: Entry<T>): void {
    let ofValue = known.get(key);
    if (ofValue === undefined) {
      ofValue = { entries: [], bit: 1 << (this.#bits % 32) };
      this.#bits += 1;
      known.set(key, ofValue);
    }
    ofValue.entries.push(entry);
    entry.bits |= ofValue.bit;
  }
}

export class BoxIndex<T> {
  /** There are sixteen shapes at most; what lists nothing is in one of them, and is never found. */
  readonly #shapes = new Map<string, OfShape<T>>();

  add(box: Box, value: T): void {
    const shape = shapeOf(box);
    let known = this.#shapes.get(shape);
    if (known === undefined) {
      known = new OfShape(box);
      this.#shapes.set(shape, known);
    }
    known.add(box, value);
  }

  /** The registered values whose boxes contain `box`. */
  *containersOf(box: Box): Generator<T> {
    for (const shape of this.#shapes.values()) {
      for (const entry of shape.candidatesFor(box)) {
        if (boxContains(entry.box, box)) yield entry.value;
      }
    }
  }
}

function shapeOf(box: Box): string {
  let shape = '';
  for (const dimension of DIMENSIONS) if (box[dimension] !== 'all') shape += dimension;
  return shape;
}
