/** Cuts calls into pieces along a dimension, each with the parts of needs that it serves. */
import {
  type Box,
  DIMENSIONS,
  type Dimension,
  intersectValues,
  listedIn,
  listSize,
  unionOf,
  type Values,
  valuesKey,
} from '../model/box.ts';
import { LIMITED, type Limits, type Part, type PlannedCall } from './plan.ts';

/** Pieces of `call` whose lists are within the limits. */
export function cutToLimits<T>(call: PlannedCall<T>, limits: Limits): PlannedCall<T>[] {
  for (const dimension of LIMITED) {
    const values = call.box[dimension];
    if (values === 'all' || values.size <= limits[dimension]) continue;
    const count = Math.ceil(values.size / limits[dimension]);
    return cutEvenly(call, dimension, values, count).flatMap((part) => cutToLimits(part, limits));
  }
  return [call];
}

/** `count` pieces along one dimension, as even as possible, so that none takes longer than necessary. */
export function cutEvenly<T>(
  call: PlannedCall<T>,
  dimension: Dimension,
  values: ReadonlySet<string>,
  count: number,
): PlannedCall<T>[] {
  const list = [...values];
  const startOf = (at: number) => Math.ceil((at * list.length) / count);
  const chunks = Array.from(
    { length: count },
    (_, at) => new Chunk<T>(list.slice(startOf(at), startOf(at + 1))),
  );
  const piecesOf = piecesByChunk(chunks);
  for (const one of call.parts) {
    const whole = one.box[dimension];
    for (const [{ parts }, piece] of piecesOf(whole)) {
      parts.push(piece === whole ? one : { owner: one.owner, box: { ...one.box, [dimension]: piece } });
    }
  }
  return chunks.map((chunk) => ({ box: { ...call.box, [dimension]: chunk.values }, parts: chunk.parts }));
}

/** Some values of the list that is cut, and the parts that contain some of them. */
class Chunk<T> {
  readonly values: ReadonlySet<string>;
  readonly parts: Part<T>[] = [];

  constructor(values: readonly string[]) {
    this.values = new Set(values);
  }
}

/**
 * For a list, the chunks that contain some of its values, and these values. Almost every list lies in one chunk; only the others
 * are divided.
 */
function piecesByChunk<T>(chunks: readonly Chunk<T>[]): (list: Values) => ReadonlyMap<Chunk<T>, Values> {
  const chunkOf = new Map(
    chunks.flatMap((chunk) => [...chunk.values].map((value) => [value, chunk] as const)),
  );
  // Thousands of parts may have the same long list, or equal ones.
  const known = new Map<string, ReadonlyMap<Chunk<T>, Values>>();
  return (list) => {
    const key = listSize(list) > 1 ? valuesKey(list) : null;
    const before = key === null ? undefined : known.get(key);
    if (before !== undefined) return before;
    const touched = new Set<Chunk<T>>();
    for (const value of listedIn(list)) {
      const chunk = chunkOf.get(value);
      if (chunk !== undefined) touched.add(chunk);
    }
    const isWhole = touched.size === 1;
    const pieces = new Map(
      [...touched].map((one) => [one, isWhole ? list : intersectValues(list, one.values)]),
    );
    if (key !== null) known.set(key, pieces);
    return pieces;
  };
}

/** One of a box's lists. */
export interface LongList {
  readonly dimension: Dimension;
  readonly values: ReadonlySet<string>;
}

/** The longest list of a box that can be halved; null when no list has two values. */
export function longestList(box: Box): LongList | null {
  let longest: LongList | null = null;
  for (const dimension of DIMENSIONS) {
    const values = box[dimension];
    if (values !== 'all' && values.size > (longest?.values.size ?? 1)) longest = { dimension, values };
  }
  return longest;
}

/** Two halves of a call along one of its lists; each queries for nothing beyond the parts of its needs. */
export function halve<T>(
  call: PlannedCall<T>,
  dimension: Dimension,
  values: ReadonlySet<string>,
): PlannedCall<T>[] {
  return cutEvenly(call, dimension, values, 2).map(({ parts }) => ({
    parts,
    box: unionOfBoxes(parts.map(({ box }) => box)),
  }));
}

function unionOfBoxes(boxes: readonly Box[]): Box {
  return {
    patients: unionOf(boxes.map((box) => box.patients)),
    visits: unionOf(boxes.map((box) => box.visits)),
    types: unionOf(boxes.map((box) => box.types)),
    documents: unionOf(boxes.map((box) => box.documents)),
  };
}

/** The pieces of the parts that lie within `values`; a part without any is left out. */
export function partsWithin<T>(parts: readonly Part<T>[], dimension: Dimension, values: Values): Part<T>[] {
  return parts.flatMap(({ box, owner }) => {
    const part = intersectValues(box[dimension], values);
    return listSize(part) === 0 ? [] : [{ owner, box: { ...box, [dimension]: part } }];
  });
}
