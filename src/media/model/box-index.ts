/** Finds the boxes that contain a box without trying them all: every box that can be asked for has a list. */
import { type Box, boxContains } from './box.ts';

/** The dimensions that a box may list alone, the most selective first. No box lists types alone. */
const ANCHORS = ['patients', 'visits', 'documents'] as const;

interface Entry<T> {
  readonly box: Box;
  readonly value: T;
}

export class BoxIndex<T> {
  readonly #entries = {
    patients: new Map<string, Entry<T>[]>(),
    visits: new Map<string, Entry<T>[]>(),
    documents: new Map<string, Entry<T>[]>(),
  };

  /** Registers `value` under every value of the first dimension that the box lists. */
  add(box: Box, value: T): void {
    const anchor = ANCHORS.find((dimension) => box[dimension] !== 'all');
    if (anchor === undefined) return;
    for (const key of box[anchor]) {
      const entries = this.#entries[anchor].get(key);
      if (entries) entries.push({ box, value });
      else this.#entries[anchor].set(key, [{ box, value }]);
    }
  }

  /** The registered values whose boxes contain `box`. */
  *containersOf(box: Box): Generator<T> {
    for (const anchor of ANCHORS) {
      const values = box[anchor];
      if (values === 'all') continue;
      // A container lists all values of the box in its anchor dimension, so any one of them leads to it.
      const [first] = values;
      if (first === undefined) continue;
      for (const entry of this.#entries[anchor].get(first) ?? []) {
        if (boxContains(entry.box, box)) yield entry.value;
      }
    }
  }
}
