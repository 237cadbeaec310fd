/**
 * A box is a need or a call seen as sets: patients × visits × types × documents, each `all` or a list. The planner and the
 * matcher know nothing else of a Media Query.
 */
import type { MediaQuery } from '../../redox/messages.ts';
import { identifiersOf, type PatientKey } from './keys.ts';

export const DIMENSIONS = ['patients', 'visits', 'types', 'documents'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** `all`, or a list of exact values. */
export type Values<T extends string = string> = ReadonlySet<T> | 'all';

export interface Box {
  readonly patients: Values<PatientKey>;
  readonly visits: Values;
  readonly types: Values;
  readonly documents: Values;
}

/** True when `outer` holds every value of `inner`. */
export function valuesContain(outer: Values, inner: Values): boolean {
  if (outer === 'all' || outer === inner) return true;
  if (inner === 'all' || inner.size > outer.size) return false;
  for (const value of inner) if (!outer.has(value)) return false;
  return true;
}

/** True when everything that satisfies `inner` also satisfies `outer`. */
export function boxContains(outer: Box, inner: Box): boolean {
  return (
    valuesContain(outer.patients, inner.patients) &&
    valuesContain(outer.visits, inner.visits) &&
    valuesContain(outer.types, inner.types) &&
    valuesContain(outer.documents, inner.documents)
  );
}

/** The values that both contain. */
export function intersectValues<T extends string>(a: Values<T>, b: Values<T>): Values<T> {
  if (a === 'all') return b;
  if (b === 'all') return a;
  return a.intersection(b);
}

/** The box that both contain. */
export function intersectBoxes(a: Box, b: Box): Box {
  return {
    patients: intersectValues(a.patients, b.patients),
    visits: intersectValues(a.visits, b.visits),
    types: intersectValues(a.types, b.types),
    documents: intersectValues(a.documents, b.documents),
  };
}

/** The box, restricted to these patients if it lists none. */
export function limitPatients(box: Box, patients: Values<PatientKey>): Box {
  return box.patients === 'all' && patients !== 'all' ? { ...box, patients } : box;
}

/** The part of `box` outside `taken`; null when there is none, and `box` itself when that part would not be a box. */
export function subtractBox(box: Box, taken: Box): Box | null {
  let open: Dimension | null = null;
  for (const dimension of DIMENSIONS) {
    if (valuesContain(taken[dimension], box[dimension])) continue;
    if (open !== null) return box;
    open = dimension;
  }
  if (open === null) return null;
  const [values, gone] = [box[open], taken[open]];
  if (values === 'all' || gone === 'all' || values.isDisjointFrom(gone)) return box;
  return { ...box, [open]: values.difference(gone) };
}

/** The values that occur in any of the lists. */
export function unionOf<T extends string>(lists: readonly Values<T>[]): Values<T> {
  const union = new Set<T>();
  for (const list of lists) {
    if (list === 'all') return 'all';
    for (const value of list) union.add(value);
  }
  return union;
}

/** The dimensions that a box lists, as a number with one bit for each. */
export function shapeOf({ patients, visits, types, documents }: Box): number {
  return (
    (patients === 'all' ? 0 : 1) |
    (visits === 'all' ? 0 : 2) |
    (types === 'all' ? 0 : 4) |
    (documents === 'all' ? 0 : 8)
  );
}

/** True when a list is empty: no item can satisfy the box, so no call is needed. */
export function boxIsEmpty(box: Box): boolean {
  return DIMENSIONS.some((dimension) => listSize(box[dimension]) === 0);
}

/** Of two different boxes, only the one with the greater breadth can contain the other: it has more `all`, or longer lists. */
export function breadthOf(box: Box): number {
  return DIMENSIONS.reduce((sum, dimension) => sum + Math.min(listSize(box[dimension]), 1e9), 0);
}

/** The values of a list; none for `all`. */
export function listedIn<T extends string>(values: Values<T>): Iterable<T> {
  return values === 'all' ? [] : values;
}

/** The length of a list; infinite for `all`. */
export function listSize(values: Values): number {
  return values === 'all' ? Number.POSITIVE_INFINITY : values.size;
}

/** For so few values, making the key is faster than looking it up. Nearly all lists have no more. */
const MAX_FEW = 3;
const keysOfLists = new WeakMap<ReadonlySet<string>, string>();

/** Equal for equal values, whatever their order; different for different values. */
export function valuesKey(values: Values): string {
  if (values === 'all') return '*';
  if (values.size <= MAX_FEW) return keyOfFew(values);
  let key = keysOfLists.get(values);
  if (key === undefined) {
    key = [...values].sort().map(withLength).join('');
    keysOfLists.set(values, key);
  }
  return key;
}

function keyOfFew(values: ReadonlySet<string>): string {
  const [first, second, third] = values;
  if (first === undefined) return '';
  if (second === undefined) return withLength(first);
  if (third === undefined) return keyOfTwo(first, second);
  if (third < first && third < second) return withLength(third) + keyOfTwo(first, second);
  return first < second
    ? withLength(first) + keyOfTwo(second, third)
    : withLength(second) + keyOfTwo(first, third);
}

function keyOfTwo(one: string, other: string): string {
  return one < other ? withLength(one) + withLength(other) : withLength(other) + withLength(one);
}

function withLength(value: string): string {
  return `${value.length}:${value}`;
}

/** Equal for equal boxes; different for different boxes. `keyOf`: makes the key of one list. */
export function boxKey(box: Box, keyOf = valuesKey): string {
  const { patients, visits, types, documents } = box;
  return `${keyOf(patients)}|${keyOf(visits)}|${keyOf(types)}|${keyOf(documents)}`;
}

/** The keys of longer lists are so long that they are replaced by numbers. */
const MAX_VALUES_IN_KEY = 16;

/**
 * Makes short keys. Thousands of boxes may have a list of hundreds of values, and each Map in which a long key is looked up reads
 * all of it. Only keys of the same maker can be compared.
 */
export function shortKeys(): (values: Values) => string {
  const numbers = new Map<string, string>();
  return (values) => {
    const key = valuesKey(values);
    if (values === 'all' || values.size <= MAX_VALUES_IN_KEY) return key;
    let short = numbers.get(key);
    if (short === undefined) {
      short = `#${numbers.size}`;
      numbers.set(key, short);
    }
    return short;
  };
}

/** The Media Query for this box. Unused filters are left out: Redox does not document what `[]` means. */
export function toMediaQuery(box: Box): MediaQuery {
  return {
    ...(box.patients !== 'all' && { patients: [...box.patients].map(identifiersOf) }),
    ...(box.visits !== 'all' && { visitNumbers: [...box.visits] }),
    ...(box.types !== 'all' && { documentTypes: [...box.types] }),
    ...(box.documents !== 'all' && { documentIds: [...box.documents] }),
  };
}
