/** Finds the boxes that contain a box without trying them all: every box that can be asked for has a list. */
import { type Box, boxContains, DIMENSIONS, type Dimension, listedIn, listSize, shapeOf } from './box.ts';

/** A longer list is not indexed where another one is: of thousands of needs it would cost more than it saves. */
const MAX_VALUES = 100;

interface Entry<T> {
  readonly box: Box;
  readonly value: T;
  /** Those of all its values that are indexed. */
  bits: number;
}

/** Boxes that may contain one; those that lack any of these bits do not. */
interface Candidates<T> {
  readonly entries: readonly Entry<T>[];
  readonly bits: number;
}

/** The boxes that list one value. */
interface OfValue<T> {
  readonly entries: Entry<T>[];
  /** One of 32: a box that lacks a bit of another does not contain it, which tells most boxes apart at once. */
  readonly bit: number;
}

/** The boxes of one shape, by the values that they list in one dimension. */
interface OfDimension<T> {
  readonly dimension: Dimension;
  readonly known: Map<string, OfValue<T>>;
}

/** The boxes that list the same dimensions. */
class OfShape<T> {
  /** By each listed value. A dimension is here only while all boxes of the shape are in it. */
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
   * All boxes that may contain `box`, as few as the lists allow. Such a box lists all values of `box` in every dimension that
   * it lists, so that any one of them leads to it: the one that fewest list. Null when there is none.
   */
  candidatesFor(box: Box): Candidates<T> | null {
    let fewest: readonly Entry<T>[] | null = null;
    let bits = 0;
    for (const { dimension, known } of this.#dimensions) {
      const values = box[dimension];
      // This shape lists what `box` does not, or `box` lists nothing that could be contained: none of it contains all.
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
  /** There are sixteen shapes at most; what lists nothing is in one of them, and is never found. */
  readonly #shapes = new Map<number, OfShape<T>>();

  add(box: Box, value: T): void {
    this.addShape(box).add(box, value);
  }

  /** Its shape is searched before those that come later, even while no such box is registered. */
  addShape(box: Box): OfShape<T> {
    const shape = shapeOf(box);
    let known = this.#shapes.get(shape);
    if (known === undefined) {
      known = new OfShape(box);
      this.#shapes.set(shape, known);
    }
    return known;
  }

  /** The registered values whose boxes contain `box`. */
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
