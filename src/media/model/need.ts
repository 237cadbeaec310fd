/** A need is what one field asks: a destination, a box in it, and what of the files. */

import type { Identifier } from '../../redox/messages.ts';
import { type FileTreatment, treatmentKey } from '../../redox/reply/contents.ts';
import { type Box, boxKey, patientKey } from './box.ts';

export interface Need {
  /** Alias of the destination. */
  readonly destination: string;
  readonly box: Box;
  /** What is to be known of the files; a call that several needs share does the most that any of them asks. */
  readonly files: FileTreatment;
}

/** The lists of a need; an absent or null one asks for all. Each patient must have all its identifiers. */
export interface NeedLists {
  readonly patients?: readonly (readonly Identifier[])[] | null | undefined;
  readonly visitNumbers?: readonly string[] | null | undefined;
  readonly documentTypes?: readonly string[] | null | undefined;
  readonly documentIds?: readonly string[] | null | undefined;
}

export function createNeed(destination: string, lists: NeedLists, files: FileTreatment = 'skip'): Need {
  return {
    destination,
    files,
    box: {
      patients: lists.patients ? new Set(lists.patients.map(patientKey)) : 'all',
      visits: lists.visitNumbers ? new Set(lists.visitNumbers) : 'all',
      types: lists.documentTypes ? new Set(lists.documentTypes) : 'all',
      documents: lists.documentIds ? new Set(lists.documentIds) : 'all',
    },
  };
}

/** Over all dimensions: DataLoader never dedupes objects without it. */
export function needKey({ destination, box, files }: Need): string {
  return `${treatmentKey(files)} ${destination.length}:${destination}${boxKey(box)}`;
}
