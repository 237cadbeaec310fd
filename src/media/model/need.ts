/** A need is what one field queries for: a destination, a box in it, and the treatment of files. */

import type { Identifier } from '../../redox/messages.ts';
import { type FileTreatment, treatmentKey } from '../../redox/reply/contents.ts';
import { type Box, boxKey, valuesKey } from './box.ts';
import { type DestinationAlias, patientKey } from './keys.ts';

export interface Need {
  readonly destination: DestinationAlias;
  readonly box: Box;
  /** How the files must be treated at least; a call that several needs share applies the most demanding treatment. */
  readonly files: FileTreatment;
}

/** The lists of a need; an absent list, or null, means all. A patient must have all identifiers of its entry. */
export interface NeedLists {
  readonly patients?: readonly (readonly Identifier[])[] | null | undefined;
  readonly visitNumbers?: readonly string[] | null | undefined;
  readonly documentTypes?: readonly string[] | null | undefined;
  readonly documentIds?: readonly string[] | null | undefined;
}

export function createNeed(
  destination: DestinationAlias,
  lists: NeedLists,
  files: FileTreatment = 'skip',
): Need {
  return { destination, files, box: createBox(lists) };
}

export function createBox({ patients, visitNumbers, documentTypes, documentIds }: NeedLists): Box {
  return {
    patients: patients ? new Set(patients.map(patientKey)) : 'all',
    visits: visitNumbers ? setOf(visitNumbers) : 'all',
    types: documentTypes ? setOf(documentTypes) : 'all',
    documents: documentIds ? setOf(documentIds) : 'all',
  };
}

/**
 * The sets of long lists. Many needs of one operation may use the same list, so values that are derived from its set are computed
 * once.
 */
const setsOfLists = new WeakMap<readonly string[], ReadonlySet<string>>();
/** For a shorter list, making the set is about as fast as looking it up. */
const MIN_REMEMBERED = 16;

function setOf(list: readonly string[]): ReadonlySet<string> {
  if (list.length < MIN_REMEMBERED) return new Set(list);
  let set = setsOfLists.get(list);
  if (set === undefined) {
    set = new Set(list);
    setsOfLists.set(list, set);
  }
  return set;
}

/** Equal for equal needs; DataLoader would regard two objects as different needs. `keyOf`: see `boxKey`. */
export function needKey({ destination, box, files }: Need, keyOf = valuesKey): string {
  return `${treatmentKey(files)} ${destination.length}:${destination}${boxKey(box, keyOf)}`;
}
