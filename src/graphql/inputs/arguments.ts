/** Reads arguments into the core's own types. All mistakes of clients are found here, before any upstream call. */

import { type DateTimeValue, readDateTimeArgument } from '../../documents/date-time.ts';
import { type DateTimeSpan, isReversed } from '../../documents/date-time-range.ts';
import type { LocalFilter } from '../../documents/local-filter.ts';
import { DEFAULT_ORDER, type Order } from '../../documents/order.ts';
import { badInput } from '../../errors.ts';
import type {
  DateTimeRange,
  IdentifierInput,
  InputMaybe,
  MediaFilter,
  MediaOrder,
  PatientInput,
} from '../../generated/resolvers.ts';
import { type DestinationAlias, identifierKey } from '../../media/model/keys.ts';
import type { Identifier } from '../../redox/messages.ts';
import { createPatient, type PatientModel } from '../nodes/models.ts';
import { IntegerLiteral } from '../schema/any-scalar.ts';

/** A patient who must have all the identifiers; repeated identifiers count once. */
export function readPatient(
  identifiers: readonly IdentifierInput[],
  destination: DestinationAlias,
  path: string,
): PatientModel {
  const [first, ...others] = identifiers.map((identifier, at) =>
    readIdentifier(identifier, `${path}[${at}]`),
  );
  if (first === undefined) throw badInput(path, 'must not be empty');
  if (others.length === 0) return createPatient(destination, [first]);
  const distinct = new Map([first, ...others].map((one) => [identifierKey(one), one]));
  distinct.delete(identifierKey(first));
  return createPatient(destination, [first, ...distinct.values()]);
}

function readIdentifier(identifier: IdentifierInput | undefined, path: string): Identifier {
  return {
    id: readText(identifier?.value, `${path}.value`),
    idType: readText(identifier?.idType, `${path}.idType`),
  };
}

export function readPatients(
  patients: readonly PatientInput[],
  destination: DestinationAlias,
  path: string,
): PatientModel[] {
  return patients.map(({ identifiers }, at) =>
    readPatient(identifiers, destination, `${path}[${at}].identifiers`),
  );
}

/** Reads a required text. The properties of representations have the right types in TypeScript, but may hold anything. */
export function readText(text: unknown, path: string): string {
  if (typeof text !== 'string' || text.trim() === '') throw badInput(path, 'must not be blank');
  // On its way to Redox the text would be changed, and might then name another patient.
  if (!text.isWellFormed()) throw badInput(path, 'must be well-formed Unicode');
  return text;
}

/** Like `readText`, for an ID in a representation, whose type nothing has checked: a whole number is an ID there too. */
export function readId(id: unknown, path: string): string {
  if (id instanceof IntegerLiteral) return id.text;
  if (typeof id !== 'number') return readText(id, path);
  if (!Number.isSafeInteger(id)) throw badInput(path, 'is a number that is not a safe integer');
  return String(id);
}

/** The lists that are sent upstream; null where absent. */
export interface UpstreamFilter {
  readonly visitNumbers: readonly string[] | null;
  readonly documentTypes: readonly string[] | null;
  readonly documentIds: readonly string[] | null;
}

export function readUpstreamFilter(filter: InputMaybe<MediaFilter>): UpstreamFilter {
  return {
    visitNumbers: readTexts(filter?.visitNumbers, 'filter.visitNumbers'),
    documentTypes: readTexts(filter?.documentTypes, 'filter.documentTypes'),
    documentIds: readTexts(filter?.documentIds, 'filter.documentIds'),
  };
}

export function readLocalFilter(filter: InputMaybe<MediaFilter>): LocalFilter {
  const fileTypes = readTexts(filter?.fileTypes, 'filter.fileTypes');
  return {
    fileTypes: fileTypes && new Set(fileTypes),
    created: readSpan(filter?.created, 'filter.created'),
    serviced: readSpan(filter?.serviced, 'filter.serviced'),
  };
}

export function readOrder(orderBy: InputMaybe<MediaOrder>): Order {
  return orderBy ? { field: orderBy.field, direction: orderBy.direction ?? 'DESC' } : DEFAULT_ORDER;
}

/**
 * Long lists that have already been checked: a list in a variable is the same object in each of the thousands of fields that use
 * it.
 */
const readLists = new WeakSet<readonly string[]>();
/** Checking a shorter list again is as fast as looking it up. */
const MIN_REMEMBERED = 16;

/** The texts of a list, none of which may be blank; null where the list is absent. */
export function readTexts(texts: InputMaybe<readonly string[]>, path: string): readonly string[] | null {
  if (texts === null || texts === undefined) return null;
  if (readLists.has(texts)) return texts;
  for (const [at, text] of texts.entries()) readText(text, `${path}[${at}]`);
  if (texts.length >= MIN_REMEMBERED) readLists.add(texts);
  return texts;
}

function readSpan(range: InputMaybe<DateTimeRange>, path: string): DateTimeSpan | null {
  if (range === null || range === undefined) return null;
  const span = { from: readDateTime(range.from, `${path}.from`), to: readDateTime(range.to, `${path}.to`) };
  if (isReversed(span)) throw badInput(path, 'must not end before it begins');
  return span;
}

/** @throws BAD_USER_INPUT for a text that is no date, and for a day that does not exist. */
export function readDateTime(text: InputMaybe<string>, path: string): DateTimeValue | null {
  if (text === null || text === undefined) return null;
  const value = readDateTimeArgument(text);
  if (value === null) throw badInput(path, 'must be an ISO 8601 date or date-time');
  return value;
}
