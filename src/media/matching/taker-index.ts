/** Finds the needs that an item may satisfy by the visit, type and document that it states, without trying all of them. */
import type { Item } from '../../redox/messages.ts';
import { type Box, listedIn, listSize } from '../model/box.ts';
import { looseValue } from '../model/loose-value.ts';

export interface Taker {
  readonly box: Box;
}

type Dimension = 'visits' | 'documents' | 'types';

/**
 * The dimensions in which an item states one value. Of equally short lists, those of the first dimension are the most selective.
 */
const STATED = [
  ['documents', 'documentId'],
  ['visits', 'visitNumber'],
  ['types', 'documentType'],
] as const satisfies readonly (readonly [Dimension, keyof Item])[];

/** So few needs of one patient are tried faster than they are indexed. Most patients of a call have no more. */
const MAX_UNINDEXED = 3;

/** Indexing a longer list costs more than it saves if other lists, or patients, already distinguish the takers. */
const MAX_VALUES = 8;

/** Takers with one anchor in common, such as one patient. */
export class TakerIndex<T extends Taker> {
  readonly #takers: readonly T[];
  readonly #isAnchored: boolean;
  /** Created for the first item. */
  #shapes: readonly OfShape<T>[] | null = null;

  /** `isAnchored`: another dimension has already selected a few of many takers. */
  constructor(takers: readonly T[], { isAnchored = false }: { readonly isAnchored?: boolean } = {}) {
    this.#takers = takers;
    this.#isAnchored = isAnchored;
  }

  /** All takers that the item may satisfy, and perhaps more, each once. */
  candidatesOf(item: Item): readonly T[] {
    if (this.#isAnchored && this.#takers.length <= MAX_UNINDEXED) return this.#takers;
    this.#shapes ??= [...Map.groupBy(this.#takers, shapeOf).values()].map(
      (takers) => new OfShape(takers, this.#isAnchored),
    );
    const [first = [], ...others] = this.#shapes.map((shape) => shape.candidatesOf(item));
    return others.length === 0 ? first : [first, ...others].flat();
  }
}

function shapeOf({ box }: Taker): string {
  return STATED.map(([dimension]) => (box[dimension] === 'all' ? '-' : dimension)).join();
}

/** The value that an item states in one dimension, and the takers that list it. */
interface Stated<T> {
  readonly member: (typeof STATED)[number][1];
  /** By the loose forms of the values that they list. */
  readonly takers: ReadonlyMap<string, readonly T[]>;
}

/** Takers that list the same dimensions. */
class OfShape<T extends Taker> {
  readonly #takers: readonly T[];
  readonly #indexes: readonly Stated<T>[];

  constructor(takers: readonly T[], isAnchored: boolean) {
    this.#takers = takers;
    this.#indexes = STATED.filter(([dimension]) => takers[0]?.box[dimension] !== 'all')
      .map(([dimension, member]) => ({ dimension, member, values: countValues(takers, dimension) }))
      .sort((a, b) => a.values - b.values)
      .filter(({ values }, at) => values <= MAX_VALUES * takers.length || (at === 0 && !isAnchored))
      .map(({ dimension, member }) => ({ member, takers: indexBy(takers, dimension) }));
  }

  candidatesOf(item: Item): readonly T[] {
    let fewest = this.#takers;
    for (const { member, takers } of this.#indexes) {
      const stated = item[member];
      // A value that an item does not state, or states as blank, may be any value.
      if (stated === null || stated.trim() === '') continue;
      const found = takers.get(looseValue(stated)) ?? [];
      if (found.length < fewest.length) fewest = found;
    }
    return fewest;
  }
}

function countValues(takers: readonly Taker[], dimension: Dimension): number {
  return takers.reduce((sum, { box }) => sum + listSize(box[dimension]), 0);
}

function indexBy<T extends Taker>(takers: readonly T[], dimension: Dimension): ReadonlyMap<string, T[]> {
  const index = new Map<string, T[]>();
  for (const taker of takers) {
    for (const value of listedIn(taker.box[dimension])) addTo(index, looseValue(value), taker);
  }
  return index;
}

function addTo<T>(index: Map<string, T[]>, key: string, taker: T): void {
  const takers = index.get(key);
  if (takers === undefined) index.set(key, [taker]);
  // A taker that lists two loosely equal values is already in the list.
  else if (takers.at(-1) !== taker) takers.push(taker);
}
