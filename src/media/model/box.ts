/**
 * A box is a need or a call seen as sets: patients × visits × types × documents, each `all` or a list.
 * Everything the planner and the matcher know about a Media Query is in here.
 */
import type { Identifier, MediaQuery } from '../../redox/messages.ts';

export const DIMENSIONS = ['patients', 'visits', 'types', 'documents'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** `all`, or exact values; a patient stands as its key (see `patientKey`). */
export type Values = ReadonlySet<string> | 'all';
export type Box = Readonly<Record<Dimension, Values>>;

/** One (ID, IDType) pair as a string that no other pair has: both parts carry their length. */
export function identifierKey({ id, idType }: Identifier): string {
  return `${idType.length}:${idType}${id.length}:${id}`;
}

/** A patient who must have ALL these identifiers, whatever their order or repetition, as one string. */
export function patientKey(identifiers: readonly Identifier[]): string {
  const [only] = identifiers;
  if (identifiers.length === 1 && only) return identifierKey(only);
  return [...new Set(identifiers.map(identifierKey))].sort().join('');
}

/** The identifiers that `patientKey` was made of, in the key's own order. */
export function identifiersOf(key: string): Identifier[] {
  const parts: string[] = [];
  for (let at = 0; at < key.length; ) {
    const colon = key.indexOf(':', at);
    const end = colon + 1 + Number(key.slice(at, colon));
    parts.push(key.slice(colon + 1, end));
    at = end;
  }
  const identifiers: Identifier[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    identifiers.push({ idType: parts[i] ?? '', id: parts[i + 1] ?? '' });
  }
  return identifiers;
}

/** True when every value of `inner` is also asked by `outer`. */
export function valuesContain(outer: Values, inner: Values): boolean {
  if (outer === 'all' || outer === inner) return true;
  if (inner === 'all' || inner.size > outer.size) return false;
  for (const value of inner) if (!outer.has(value)) return false;
  return true;
}

/** True when whatever satisfies `inner` also satisfies `outer`. */
export function boxContains(outer: Box, inner: Box): boolean {
  return DIMENSIONS.every((dimension) => valuesContain(outer[dimension], inner[dimension]));
}

/** What both ask for, in one dimension. */
export function intersectValues(a: Values, b: Values): Values {
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

/** What is left of `box` when `taken` is already on its way; null when nothing is, `box` itself when nothing can be cut. */
export function subtractBox(box: Box, taken: Box): Box | null {
  const open = DIMENSIONS.filter((dimension) => !valuesContain(taken[dimension], box[dimension]));
  const [dimension] = open;
  if (dimension === undefined) return null;
  const [values, gone] = [box[dimension], taken[dimension]];
  if (open.length > 1 || values === 'all' || gone === 'all' || values.isDisjointFrom(gone)) return box;
  return { ...box, [dimension]: values.difference(gone) };
}

/** What any of the lists asks for. */
export function unionOf(lists: readonly Values[]): Values {
  const union = new Set<string>();
  for (const list of lists) {
    if (list === 'all') return 'all';
    for (const value of list) union.add(value);
  }
  return union;
}

/** True when the list of some dimension is empty: nothing can satisfy it, so nothing need be asked. */
export function boxIsEmpty(box: Box): boolean {
  return DIMENSIONS.some((dimension) => listSize(box[dimension]) === 0);
}

/** Length of a list; infinite for `all`. */
export function listSize(values: Values): number {
  return values === 'all' ? Number.POSITIVE_INFINITY : values.size;
}

const keysOfLists = new WeakMap<ReadonlySet<string>, string>();

/** The same string for equal values, whatever their order; different ones for different values. */
export function valuesKey(values: Values): string {
  if (values === 'all') return '*';
  let key = keysOfLists.get(values);
  if (key === undefined) {
    const list = values.size > 1 ? [...values].sort() : [...values];
    key = list.map((value) => `${value.length}:${value}`).join('');
    keysOfLists.set(values, key);
  }
  return key;
}

/** The same string for equal boxes; different ones for different boxes. */
export function boxKey(box: Box): string {
  return DIMENSIONS.map((dimension) => valuesKey(box[dimension])).join('|');
}

/** The Media Query that asks for this box. Unused filters are left out (reference §6.2: `[]` is undefined). */
export function toMediaQuery(box: Box): MediaQuery {
  return {
    ...(box.patients !== 'all' && { patients: [...box.patients].map(identifiersOf) }),
    ...(box.visits !== 'all' && { visitNumbers: [...box.visits] }),
    ...(box.types !== 'all' && { documentTypes: [...box.types] }),
    ...(box.documents !== 'all' && { documentIds: [...box.documents] }),
  };
}
