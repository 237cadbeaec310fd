/** Finds those who may take an item without trying them all: by the first dimension that the call lists. */
import type { Item } from '../../redox/messages.ts';
import { type Box, identifiersOf } from '../model/box.ts';
import { looseValue } from '../model/loose-value.ts';

interface Taker {
  readonly box: Box;
}

/** All whom the item may satisfy, and perhaps more. Every taker's box lies inside the claim. */
export function indexByAnchor<T extends Taker>(
  takers: readonly T[],
  claim: Box,
): (item: Item) => Iterable<T> {
  if (takers.length === 1) return () => takers;
  if (claim.patients !== 'all') return indexByPatients(takers);
  if (claim.visits !== 'all') return indexByValues(takers, 'visits', ({ visitNumber }) => visitNumber);
  if (claim.documents !== 'all') return indexByValues(takers, 'documents', ({ documentId }) => documentId);
  return () => takers;
}

function indexByValues<T extends Taker>(
  takers: readonly T[],
  dimension: 'visits' | 'documents',
  statedBy: (item: Item) => string | null,
): (item: Item) => Iterable<T> {
  const index = new Map<string, Set<T>>();
  for (const taker of takers) {
    for (const value of listOf(taker.box[dimension])) addTo(index, looseValue(value), taker);
  }
  return (item) => {
    const stated = statedBy(item);
    return stated === null ? takers : (index.get(looseValue(stated)) ?? []);
  };
}

/**
 * An item may be a patient's unless it is provably another one's: it shares an identifier, or none of its IDTypes is one
 * that the patient was asked by. Patients are asked by few combinations of IDTypes.
 */
function indexByPatients<T extends Taker>(takers: readonly T[]): (item: Item) => Iterable<T> {
  const byIdentifier = new Map<string, Set<T>>();
  const byTypes = new Map<string, { readonly types: ReadonlySet<string>; readonly takers: Set<T> }>();
  for (const taker of takers) {
    for (const patient of listOf(taker.box.patients)) {
      const identifiers = identifiersOf(patient);
      for (const { id, idType } of identifiers) addTo(byIdentifier, keyOf(id, idType), taker);
      const types = new Set(identifiers.map(({ idType }) => idType));
      const key = JSON.stringify([...types]);
      const known = byTypes.get(key);
      if (known) known.takers.add(taker);
      else byTypes.set(key, { types, takers: new Set([taker]) });
    }
  }
  return ({ identifiers, attributedTo }) => {
    if (identifiers.length === 0 || attributedTo) return takers;
    const found = new Set<T>();
    const add = (more: Iterable<T> = []) => {
      for (const taker of more) found.add(taker);
    };
    for (const { id, idType } of identifiers) add(byIdentifier.get(keyOf(id, idType)));
    for (const { types, takers: asked } of byTypes.values()) {
      if (!identifiers.some(({ idType }) => types.has(idType))) add(asked);
    }
    return found;
  };
}

function keyOf(id: string, idType: string): string {
  return `${idType.length}:${idType}${looseValue(id)}`;
}

function listOf(values: Box[keyof Box]): Iterable<string> {
  return values === 'all' ? [] : values;
}

function addTo<T>(index: Map<string, Set<T>>, key: string, taker: T): void {
  const takers = index.get(key);
  if (takers) takers.add(taker);
  else index.set(key, new Set([taker]));
}
