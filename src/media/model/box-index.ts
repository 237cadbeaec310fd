/** Finds the boxes that contain a box without trying them all: every box that can be asked for has a list. */
import { type Box, boxContains, DIMENSIONS, type Dimension } from './box.ts';

/** A longer list is not indexed where another one is: of thousands of needs it would cost more than it saves. */
const MAX_VALUES = 100;

interface Entry<T> {
  readonly box: Box;
  readonly value: T;
}

/** The boxes that list the same dimensions. */
class OfShape<T> {
  /** By each listed value. A dimension is here only while all boxes of the shape are in it. */
  readonly #entries = new Map<Dimension, Map<string, Entry<T>[]>>();

  constructor(box: Box) {
    for (const dimension of DIMENSIONS) if (box[dimension] !== 'all') this.#entries.set(dimension, new Map());
  }

  add(box: Box, value: T): void {
    const entry = { box, value };
    for (const [dimension, entries] of this.#entries) {
      const values = box[dimension];
      if (values === 'all') continue;
      // `Map` allows it: the dimension that is deleted is the one that was just visited.
      if (values.size > MAX_VALUES && this.#entries.size > 1) this.#entries.delete(dimension);
      else for (const key of values) addTo(entries, key, entry);
    }
  }

  /**
   * All boxes that may contain `box`, as few as the lists allow. Such a box lists all values of `box` in every dimension that
   * it lists, so that any one of them leads to it.
   */
  candidatesFor(box: Box): readonly Entry<T>[] {
    let fewest: readonly Entry<T>[] | null = null;
    for (const [dimension, entries] of this.#entries) {
      const values = box[dimension];
      // This shape lists what `box` does not: none of it contains all.
      if (values === 'all') return [];
      const [first] = values;
      const found = first === undefined ? [] : (entries.get(first) ?? []);
      if (fewest === null || found.length < fewest.length) fewest = found;
    }
    return fewest ?? [];
  }
}

export class BoxIndex<T> {
  /** There are fifteen shapes at most. */
  readonly #shapes = new Map<string, OfShape<T>>();

  add(box: Box, value: T): void {
    const shape = shapeOf(box);
    if (shape === '') return;
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

function addTo<T>(entries: Map<string, Entry<T>[]>, key: string, entry: Entry<T>): void {
  const known = entries.get(key);
  if (known) known.push(entry);
  else entries.set(key, [entry]);
}
