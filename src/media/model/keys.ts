/**
 * Strings that represent identifiers, patients and destinations: each kind has a branded type, which only its own function
 * creates.
 */
import type { Identifier } from '../../redox/messages.ts';
import { looseValue } from './loose-value.ts';

declare const kind: unique symbol;

/** For a patient with one identifier both keys are the same text, so only the types prevent a mix-up. */
type Key<Kind extends string> = string & { readonly [kind]: Kind };

/** One (ID, IDType) pair (see `identifierKey`). */
export type IdentifierKey = Key<'identifier'>;

/** One (ID, IDType) pair as destinations may alter it (see `looseIdentifierKey`): equal for more than one exact pair. */
export type LooseIdentifierKey = Key<'loose identifier'>;

/** A patient who has ALL of some identifiers (see `patientKey`). */
export type PatientKey = Key<'patient'>;

/** What operators and clients call a destination (see `destinationAlias`). */
export type DestinationAlias = Key<'destination alias'>;

/** A destination as Redox knows it: two aliases of one id are one destination (see `destinationId`). */
export type DestinationId = Key<'destination id'>;

/** What a caller may see, as one text (see `rightsKeyOf`). */
export type RightsKey = Key<'rights'>;

/** One (ID, IDType) pair as a string that no other pair has: both parts carry their length. */
export function identifierKey({ id, idType }: Identifier): IdentifierKey {
  return `${idType.length}:${idType}${id.length}:${id}` as IdentifierKey;
}

/** Like `identifierKey`, but equal for IDs that differ only loosely (see `looseValue`). */
export function looseIdentifierKey({ id, idType }: Identifier): LooseIdentifierKey {
  return `${idType.length}:${idType}${looseValue(id)}` as LooseIdentifierKey;
}

/** A patient who must have ALL these identifiers, whatever their order or repetition, as one string. */
export function patientKey(identifiers: readonly Identifier[]): PatientKey {
  const only = identifiers.length === 1 ? identifiers[0] : undefined;
  if (only !== undefined) return patientKeyOfOne(only);
  const key: string = [...new Set(identifiers.map(identifierKey))].sort().join('');
  return key as PatientKey;
}

/** Equals `patientKey` of a list with one identifier. */
export function patientKeyOfOne(identifier: Identifier): PatientKey {
  const key: string = identifierKey(identifier);
  return key as PatientKey;
}

/** The patient who has this one identifier. */
export function patientWith(identifier: IdentifierKey): PatientKey {
  const key: string = identifier;
  return key as PatientKey;
}

/** The identifiers from which the key was made, in the order of the key. */
export function identifiersOf(key: PatientKey | IdentifierKey): Identifier[] {
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

/** For an alias from the settings, a token's claim, or an id that this gateway sealed; arguments are compared with those. */
export function destinationAlias(alias: string): DestinationAlias {
  return alias as DestinationAlias;
}

/** A UUID is the same however its letters are written. */
export function destinationId(uuid: string): DestinationId {
  return uuid.toLowerCase() as DestinationId;
}

/** Of a text that is equal for equal rights alone. */
export function rightsKey(text: string): RightsKey {
  return text as RightsKey;
}
