/**
 * Finds the needs that an item may satisfy without trying all of them: by its patients if the call lists some, and by what else
 * the item states.
 */
import type { Item } from '../../redox/messages.ts';
import { type Box, listedIn } from '../model/box.ts';
import type { PatientKey } from '../model/keys.ts';
import { PatientIndex } from './patient-index.ts';
import { type Taker, TakerIndex } from './taker-index.ts';

/**
 * All takers that the item may satisfy, and perhaps more. The box of every taker lies inside `callBox`, except that it may be for
 * all patients when the call is for the patients in the caller's rights.
 */
export function indexByAnchor<T extends Taker>(
  takers: readonly T[],
  callBox: Box,
): (item: Item) => Iterable<T> {
  if (takers.length === 1) return () => takers;
  if (callBox.patients !== 'all') return indexByPatients(takers);
  const index = new TakerIndex(takers);
  return (item) => index.candidatesOf(item);
}

function indexByPatients<T extends Taker>(takers: readonly T[]): (item: Item) => Iterable<T> {
  const ofAny = takers.filter(({ box }) => box.patients === 'all');
  const named = takers.filter(({ box }) => box.patients !== 'all');
  const patients = indexPatients(named);
  const all = new TakerIndex(named);
  const candidatesOf = (item: Item) => candidatesIn(patients, item) ?? all.candidatesOf(item);
  if (ofAny.length === 0) return candidatesOf;
  const others = new TakerIndex(ofAny);
  return (item) => [...candidatesOf(item), ...others.candidatesOf(item)];
}

function indexPatients<T extends Taker>(takers: readonly T[]): PatientIndex<TakerIndex<T>> {
  const byPatient = new Map<PatientKey, T[]>();
  for (const taker of takers) {
    for (const patient of listedIn(taker.box.patients)) {
      const known = byPatient.get(patient);
      if (known) known.push(taker);
      else byPatient.set(patient, [taker]);
    }
  }
  const index = new PatientIndex<TakerIndex<T>>();
  for (const [patient, own] of byPatient) index.add(patient, new TakerIndex(own, { isAnchored: true }));
  return index;
}

/** Undefined: all of them. */
function candidatesIn<T extends Taker>(
  index: PatientIndex<TakerIndex<T>>,
  item: Item,
): Iterable<T> | undefined {
  const { identifiers, attributedTo } = item;
  if (identifiers.length === 0 || attributedTo) return undefined;
  const found = index.candidatesOf(identifiers);
  if (found.size === 1) for (const only of found) return only.candidatesOf(item);
  // A taker may list several of the patients.
  return new Set([...found].flatMap((takers) => takers.candidatesOf(item)));
}
