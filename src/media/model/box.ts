/**
 * A box is a need or a call seen as sets: patients × visits × types × documents, each `all` or a list.
 * It is all that the planner and the matcher know of a Media Query.
 */
import type { MediaQuery } from '../../redox/messages.ts';
import { identifiersOf, type PatientKey } from './keys.ts';

export const DIMENSIONS = ['patients', 'visits', 'types', 'documents'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** `all`, or exact values. */
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

/** True when whatever satisfies `inner` also satisfies `outer`. */
export function boxContains(outer: Box, inner: Box): boolean {
  return (
    valuesContain(outer.patients, inner.patients) &&
    valuesContain(outer.visits, inner.visits) &&
    valuesContain(outer.types, inner.types) &&
    valuesContain(outer.documents, inner.documents)
  );
}

/** The values that are in both. */
export function intersectValues<T extends string>(a: Values<T>, b: Values<T>): Values<T> {
  if (a === 'all') return b;
  if (b === 'all') return a;
  return a.intersection(b);
}

/** What both boxes ask for. */
export function intersectBoxes(a: Box, b: Box): Box {
  return {
    patients: intersectValues(a.patients, b.patients),
    visits: intersectValues(a.visits, b.visits),
    types: intersectValues(a.types, b.types),
    documents: intersectValues(a.documents, b.documents),
  };
}

/** The box, of these patients where it lists none. */
export function limitPatients(box: Box, patients: Values<PatientKey>): Box {
  return box.patients === 'all' && patients !== 'all' ? { ...box, patients } : box;
}

/** What is left of `box` without `taken`; null when nothing is, and `box` itself when the rest would be no box. */
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

/** The values that are in any of the lists. */
export function unionOf<T extends string>(lists: readonly Values<T>[]): Values<T> {
  const union = new Set<T>();
  for (const list of lists) {
    if (list === 'all') return 'all';
    for (const value of list) union.add(value);
  }
  return union;
}

/** Which dimensions a box lists, as a number with one bit for each. */
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

/** Of two different boxes, only the broader may contain the other: it has more `all`, or longer lists. */
export function breadthOf(box: Box): number {
  return DIMENSIONS.reduce((sum, dimension) => sum + Math.min(listSize(box[dimension]), 1e9), 0);
}

/** The values of a list; none of `all`, which lists nothing. */
export function listedIn<T extends string>(values: Values<T>): Iterable<T> {
  return values === 'all' ? [] : values;
}

/** Length of a list; infinite for `all`. */
export function listSize(values: Values): number {
  return values === 'all' ? Number.POSITIVE_INFINITY : values.size;
}

/** Of so few values the key is made sooner than it is found. Nearly all lists have no more. */
const MAX_FEW = 3;
const keysOfLists = new WeakMap<ReadonlySet<string>, string>();

/** The same string for equal values, whatever their order; different ones for different values. */
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

/** The same string for equal boxes; different ones for different boxes. `keyOf`: of one list. */
export function boxKey(box: Box, keyOf = valuesKey): string {
  const { patients, visits, types, documents } = box;
  return `${keyOf(patients)}|${keyOf(visits)}|${keyOf(types)}|${keyOf(documents)}`;
}

/** Where a list is longer, its key is so long that it is numbered. */
const MAX_VALUES_IN_KEY = 16;

/**
 * Makes short keys: thousands of boxes may have a list of hundreds of values, and each Map that a long key is looked up in reads all of
 * it. Only keys of one maker are compared.
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

/** The Media Query that asks for this box. Unused filters are left out: Redox does not say what `[]` means. */
export function toMediaQuery(box: Box): MediaQuery {
  return {
    ...(box.patients !== 'all' && { patients: [...box.patients].map(identifiersOf) }),
    ...(box.visits !== 'all' && { visitNumbers: [...box.visits] }),
    ...(box.types !== 'all' && { documentTypes: [...box.types] }),
    ...(box.documents !== 'all' && { documentIds: [...box.documents] }),
  };
}
