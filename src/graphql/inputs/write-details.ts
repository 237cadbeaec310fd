/** What stands around the document in a write: ids are not blank, days exist, and date-times say their offset. */

import { isCalendarDate, readDateTimeArgument, withOffset } from '../../documents/date-time.ts';
import type { DemographicsInput, InputMaybe } from '../../generated/resolvers.ts';
import { readDateTime, readText } from './arguments.ts';
import { badInput } from './bad-input.ts';

/** Members that identify something, wherever they stand: one that is there and blank identifies nothing. */
const IDENTIFYING: ReadonlySet<string> = new Set([
  'id',
  'value',
  'idType',
  'documentId',
  'originalDocumentId',
  'visitNumber',
  'accountNumber',
]);

/** @throws BAD_USER_INPUT when an identifying member of `tree`, at any depth, is blank. */
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

/** As it goes to Redox, which would take a date-time without an offset for one in a zone of its own. */
export function readWrittenDateTime(text: InputMaybe<string>, path: string): string | null {
  return readDateTime(text, path) && text ? withOffset(text) : null;
}

/**
 * Whether the day has come is not looked at: it may have where the patient is, and the destination knows what it makes of
 * births that are expected.
 */
function checkDay(text: InputMaybe<string>, path: string): void {
  if (text === null || text === undefined) return;
  const day = readDateTimeArgument(text);
  if (day === null || !isCalendarDate(day)) throw badInput(path, 'must be a day that exists, as YYYY-MM-DD');
}
