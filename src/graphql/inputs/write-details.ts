/** Checks the parts of a write besides the document: ids must not be blank, days must exist, and date-times get an offset. */

import { isCalendarDate, readDateTimeArgument, withOffset } from '../../documents/date-time.ts';
import { badInput } from '../../errors.ts';
import type { DemographicsInput, InputMaybe } from '../../generated/resolvers.ts';
import { readDateTime, readText } from './arguments.ts';

/** Properties that identify something, at any depth: a blank one identifies nothing. */
const IDENTIFYING: ReadonlySet<string> = new Set([
  'id',
  'value',
  'idType',
  'documentId',
  'originalDocumentId',
  'visitNumber',
  'accountNumber',
]);

/** @throws BAD_USER_INPUT when an identifying property of `tree`, at any depth, is blank. */
export function checkIds(tree: unknown, path: string): void {
  if (Array.isArray(tree)) {
    for (const [at, one] of tree.entries()) checkIds(one, `${path}[${at}]`);
  } else if (typeof tree === 'object' && tree !== null) {
    for (const [name, value] of Object.entries(tree)) {
      const isGiven = value !== null && value !== undefined;
      if (IDENTIFYING.has(name) && isGiven) readText(value, `${path}.${name}`);
      else checkIds(value, `${path}.${name}`);
    }
  }
}

export function readDemographics(
  demographics: InputMaybe<DemographicsInput>,
  path: string,
): InputMaybe<DemographicsInput> {
  if (demographics === null || demographics === undefined) return demographics;
  const { dob, deathDateTime } = demographics;
  checkDay(dob, `${path}.dob`);
  return { ...demographics, deathDateTime: readWrittenDateTime(deathDateTime, `${path}.deathDateTime`) };
}

/** The text that is sent to Redox, which would interpret a date-time without an offset in a time zone of its own. */
export function readWrittenDateTime(text: InputMaybe<string>, path: string): string | null {
  return readDateTime(text, path) && text ? withOffset(text) : null;
}

/**
 * A day in the future is accepted: it may have begun already where the patient is, and destinations have their own rules for
 * expected births.
 */
function checkDay(text: InputMaybe<string>, path: string): void {
  if (text === null || text === undefined) return;
  const day = readDateTimeArgument(text);
  if (day === null || !isCalendarDate(day)) throw badInput(path, 'must be a day that exists, as YYYY-MM-DD');
}
