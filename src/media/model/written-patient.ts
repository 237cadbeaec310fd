/** The patient of a write or an event, with what is known to distinguish it from other patients. */
import type { Identifier } from '../../redox/messages.ts';
import { looseIdentifierKey } from './keys.ts';
import { looseValue } from './loose-value.ts';

/** Represents identifiers for comparison: by themselves, or by HMACs of them. */
export interface IdentifierNames {
  typeOf(idType: string): string;
  /** Equal for IDs that differ only loosely (see `looseValue`), and different for different IDTypes. */
  pairOf(identifier: Identifier): string;
  /** Equal for document ids that differ only loosely. */
  documentOf(documentId: string): string;
}

export interface WrittenPatient {
  /** The same object for all patients that are represented in the same way. */
  readonly names: IdentifierNames;
  readonly types: ReadonlySet<string>;
  readonly pairs: ReadonlySet<string>;
}

const PLAIN: IdentifierNames = {
  typeOf: (idType) => idType,
  pairOf: looseIdentifierKey,
  documentOf: looseValue,
};

/** Without identifiers, it may be any patient. */
export function writtenPatient(identifiers: readonly Identifier[]): WrittenPatient {
  return {
    names: PLAIN,
    types: new Set(identifiers.map(({ idType }) => idType)),
    pairs: new Set(identifiers.map(looseIdentifierKey)),
  };
}

/**
 * Whether this may be the patient with the given identifiers. It is provably another one if it has an identifier of an IDType
 * that this one has too, and none of those is the same. A record number proves nothing about an EHR id; an ID that differs only
 * in case, blanks or leading zeros proves nothing either, since destinations store those differently.
 */
export function mayBe({ names, types, pairs }: WrittenPatient, identifiers: readonly Identifier[]): boolean {
  const comparable = identifiers.filter(({ idType }) => types.has(names.typeOf(idType)));
  return comparable.length === 0 || comparable.some((one) => pairs.has(names.pairOf(one)));
}
