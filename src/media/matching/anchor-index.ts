/** Finds those who may take an item without trying them all: by the first dimension that the call lists. */
import type { Item } from '../../redox/messages.ts';
import { type Box, listedIn } from '../model/box.ts';
import { looseValue } from '../model/loose-value.ts';
import { PatientIndex } from './patient-index.ts';

interface Taker {
  readonly box: Box;
}

/**
 * All whom the item may satisfy, and perhaps more. Every taker's box lies inside `callBox`, but that it may be for all patients where
 * the call is for those whom its caller's rights name.
 */
export function indexByAnchor<T extends Taker>(
  takers: readonly T[],
  callBox: Box,
): (item: Item) => Iterable<T> {
  if (takers.length === 1) return () => takers;
  if (callBox.patients !== 'all') return indexByPatients(takers);
  if (callBox.visits !== 'all') return indexByValues(takers, 'visits', ({ visitNumber }) => visitNumber);
  if (callBox.documents !== 'all') return indexByValues(takers, 'documents', ({ documentId }) => documentId);
  return () => takers;
}

function indexByValues<T extends Taker>(
  takers: readonly T[],
  dimension: 'visits' | 'documents',
  statedBy: (item: Item) => string | null,
): (item: Item) => Iterable<T> {
  const index = new Map<string, Set<T>>();
  for (const taker of takers) {
    for (const value of listedIn(taker.box[dimension])) addTo(index, looseValue(value), taker);
  }
  return (item) => {
    const stated = statedBy(item);
    return stated === null ? takers : (index.get(looseValue(stated)) ?? []);
  };
}

function indexByPatients<T extends Taker>(takers: readonly T[]): (item: Item) => Iterable<T> {
  const index = new PatientIndex<T>();
  const ofAny: T[] = [];
  for (const taker of takers) {
    if (taker.box.patients === 'all') ofAny.push(taker);
    for (const patient of listedIn(taker.box.patients)) index.add(patient, taker);
  }
  if (ofAny.length === 0) return (item) => candidatesIn(index, item) ?? takers;
  const named = takers.filter(({ box }) => box.patients !== 'all');
  const othersOf = indexOfAny(ofAny);
  return (item) => [...(candidatesIn(index, item) ?? named), ...othersOf(item)];
}

/** Undefined: all. */
function candidatesIn<T>(
  index: PatientIndex<T>,
  { identifiers, attributedTo }: Item,
): Iterable<T> | undefined {
  return identifiers.length === 0 || attributedTo ? undefined : index.candidatesOf(identifiers);
}

/** Of those for all patients, whose boxes list visits, or documents, or neither. */
function indexOfAny<T extends Taker>(takers: readonly T[]): (item: Item) => Iterable<T> {
  const byVisit = takers.filter(({ box }) => box.visits !== 'all');
  const byDocument = takers.filter(({ box }) => box.visits === 'all' && box.documents !== 'all');
  const others = takers.filter(({ box }) => box.visits === 'all' && box.documents === 'all');
  const ofVisit = indexByValues(byVisit, 'visits', ({ visitNumber }) => visitNumber);
  const ofDocument = indexByValues(byDocument, 'documents', ({ documentId }) => documentId);
  return (item) => [...ofVisit(item), ...ofDocument(item), ...others];
}

function addTo<T>(index: Map<string, Set<T>>, key: string, taker: T): void {
  const takers = index.get(key);
  if (takers) takers.add(taker);
  else index.set(key, new Set([taker]));
}
