/** Finds the boxes that contain a given box without trying all of them: every non-empty box has a list by which it is indexed. */
import { type Box, boxContains, DIMENSIONS, type Dimension, listedIn, listSize, shapeOf } from './box.ts';

/** A longer list is not indexed if the box has another one: for thousands of needs that would cost more than it saves. */
const MAX_VALUES = 100;

interface Entry<T> {
  readonly box: Box;
  readonly value: T;
  /** The union of the bits of all its indexed values. */
  bits: number;
}

/** Boxes that may contain a given box; boxes that lack one of these bits do not. */
interface Candidates<T> {
  readonly entries: readonly Entry<T>[];
  readonly bits: number;
}

/** The boxes that list a given value. */
interface OfValue<T> {
  readonly entries: Entry<T>[];
  /** One of 32 bits: a box that lacks a bit of another box does not contain it, which excludes most boxes at once. */
  readonly bit: number;
}

/** The boxes of one shape, by the values that they list in one dimension. */
interface OfDimension<T> {
  readonly dimension: Dimension;
  readonly known: Map<string, OfValue<T>>;
}

/** The boxes that list the same dimensions. */
class OfShape<T> {
  /** By each listed value. A dimension is indexed only while all boxes of the shape are in its index. */
  #dimensions: readonly OfDimension<T>[];
  #bits = 0;

  constructor(box: Box) {
    this.#dimensions = DIMENSIONS.filter((dimension) => box[dimension] !== 'all').map((dimension) => ({
      dimension,
      known: new Map(),
    }));
  }

  add(box: Box, value: T): void {
    const entry = { box, value, bits: 0 };
    for (const one of this.#dimensions) {
      const values = box[one.dimension];
      if (listSize(values) > MAX_VALUES && this.#dimensions.length > 1) {
        this.#dimensions = this.#dimensions.filter((other) => other !== one);
      } else for (const key of listedIn(values)) this.#addTo(one.known, key, entry);
    }
  }

  /**
   * All boxes that may contain `box`, as few as the lists allow. A box that contains `box` lists all its values in every
   * dimension that it lists, so any of these values leads to it: the least frequent one is used. Null when there is none.
   */
  candidatesFor(box: Box): Candidates<T> | null {
    let fewest: readonly Entry<T>[] | null = null;
    let bits = 0;
    for (const { dimension, known } of this.#dimensions) {
      const values = box[dimension];
      // This shape lists a dimension in which `box` is `all` or empty: no box of this shape contains it.
      if (values === 'all' || values.size === 0) return null;
      for (const value of values) {
        const found = known.get(value);
        if (found === undefined) return null;
        bits |= found.bit;
        if (fewest === null || found.entries.length < fewest.length) fewest = found.entries;
      }
    }
    return fewest && { entries: fewest, bits };
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
  /** There are at most sixteen shapes; boxes that list nothing have a shape too, and are never found by it. */
  readonly #shapes = new Map<number, OfShape<T>>();

  add(box: Box, value: T): void {
    this.addShape(box).add(box, value);
  }

  /** Registers the shape, so that it is searched before shapes that are added later, even while it has no box. */
  addShape(box: Box): OfShape<T> {
    const shape = shapeOf(box);
    let known = this.#shapes.get(shape);
    if (known === undefined) {
      known = new OfShape(box);
      this.#shapes.set(shape, known);
    }
    return known;
  }

  /** The values of all registered boxes that contain `box`. */
  *containersOf(box: Box): Generator<T> {
    for (const shape of this.#shapes.values()) {
      const candidates = shape.candidatesFor(box);
      if (candidates === null) continue;
      for (const entry of candidates.entries) if (contains(entry, box, candidates.bits)) yield entry.value;
    }
  }

  /** The first of `containersOf`. */
  firstContainerOf(box: Box): T | undefined {
    for (const shape of this.#shapes.values()) {
      const candidates = shape.candidatesFor(box);
      if (candidates === null) continue;
      for (const entry of candidates.entries) if (contains(entry, box, candidates.bits)) return entry.value;
    }
    return undefined;
  }
}

function contains(entry: Entry<unknown>, box: Box, bits: number): boolean {
  return (entry.bits & bits) === bits && boxContains(entry.box, box);
}
