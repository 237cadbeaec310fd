/** Reads QueryResponse messages (reference §1.3, §3.5) tolerantly into the project's own types. */
import { GatewayError } from '../../errors.ts';
import type { FileContents, Identifier, InlineContents, Item, MediaMessage } from '../messages.ts';
import { RedoxError } from '../redox-error.ts';
import { isReference } from './content-reference.ts';
import { asKey, asList, asObject, asText, type JsonObject, member } from './loose-json.ts';

/** Log ids are UUIDs, and numbers in some samples. They reach callers, so no other text is accepted. */
const LOG_ID = /^[\w-]{1,64}$/;

/** For one patient: real patients have two or three, and each one is compared with the requested ones. */
export const MAX_IDENTIFIERS = 1000;

/** Redox writes one log for a query, and one for each destination of a write. */
const MAX_LOG_IDS = 10;

export function isLogId(text: string): boolean {
  return LOG_ID.test(text);
}

/** How many log ids of a write are kept: one for each destination. */
export function maxLogIdsOf(destinations: readonly string[]): number {
  return Math.max(MAX_LOG_IDS, destinations.length);
}

/** What the reader of a message has separated from it. */
export interface SetAside {
  /** In the message, a file's index in this list, as a string, replaces its contents. */
  readonly files: readonly InlineContents[];
  /** Whether an entry had two FileContents properties, so that it is not known which file is its own. */
  readonly isAmbiguous: boolean;
  /** Size of the whole message. */
  readonly bytes: number;
}

/** One document may be what makes a reply unusable: a smaller query, without the patient of that document, may be answered. */
function unusable(logIds: readonly string[]): RedoxError {
  return new RedoxError('UPSTREAM_PROTOCOL', { status: 200, logIds, splittable: true });
}

/**
 * The items of a 200's body; `message` is undefined when the body was not JSON. EventType is ignored, as real replies have
 * repeated the request's. @throws RedoxError UPSTREAM_REJECTED when `Meta.Errors` has an entry, whatever else the body contains
 * (Redox: a 200 alone does not mean success); UPSTREAM_PROTOCOL when the body is not a QueryResponse, or states that it is
 * incomplete.
 */
export function readMediaReply(message: unknown, { files, isAmbiguous, bytes }: SetAside): MediaMessage {
  const meta = asObject(member(message, 'Meta'));
  const logIds = readLogIds(message);
  refuseErrors(message);
  // The result was limited (seen in PatientSearch replies). A part of the documents must not be mistaken for all of them.
  if (isTruthy(member(meta, 'IsIncomplete'))) throw unusable(logIds);
  const media = entriesOf(message);
  if (media === null || isAmbiguous) throw unusable(logIds);
  return { ...readEntries(media, { files }, logIds), logIds, bytes };
}

/**
 * The items of some entries; `logIds`: those of their reply. @throws RedoxError UPSTREAM_PROTOCOL when they are not a list of
 * objects, or one names its patient by too many identifiers.
 */
export function readEntries(
  list: unknown,
  { files }: Pick<SetAside, 'files'>,
  logIds: readonly string[],
): Pick<MediaMessage, 'items' | 'unreadable'> {
  const entries = objectsIn(list);
  if (entries === null) throw unusable(logIds);
  const items: Item[] = [];
  for (const entry of entries) {
    const item = readItem(entry, files, items.at(-1));
    if (item !== null) items.push(item);
  }
  if (items.some(({ identifiers }) => identifiers.length > MAX_IDENTIFIERS)) throw unusable(logIds);
  return { items, unreadable: entries.length - items.length };
}

/**
 * The entries of `Media`. In place of a list, real replies also have nothing or `{}` for no entries, and a single entry for one.
 * Null for any other value, or for a message with neither `Media` nor `Meta`, which comes from another program.
 */
function entriesOf(message: unknown): readonly unknown[] | null {
  const media = member(message, 'Media') ?? undefined;
  if (media === undefined) return asObject(member(message, 'Meta')) === null ? null : [];
  const one = asObject(media);
  if (one !== null) return isEmpty(one) ? [] : [one];
  return Array.isArray(media) ? media : null;
}

/** Null when the value is not a list, or an entry in it is neither an object nor null, which counts as absent. */
function objectsIn(list: unknown): readonly JsonObject[] | null {
  if (!Array.isArray(list)) return null;
  const entries = list.filter((entry: unknown) => entry !== null);
  const objects = entries.map(asObject).filter((entry) => entry !== null);
  return objects.length === entries.length ? objects : null;
}

/** @throws RedoxError UPSTREAM_REJECTED when `Meta.Errors` has an entry (Redox: a 200 alone does not mean success). */
export function refuseErrors(message: unknown, maxLogIds?: number): void {
  if (!hasEntries(member(member(message, 'Meta'), 'Errors'))) return;
  const logIds = readLogIds(message, maxLogIds);
  const splittable = !concernsMessage(message);
  throw new RedoxError('UPSTREAM_REJECTED', { status: 200, logIds, splittable });
}

/**
 * Whether all errors in a response have Redox's type `message`: they are about the message as such (no such subscription, a data
 * model that the destination lacks), whatever its filters are. The other known type, `transmission`, is used for a destination's
 * own refusal, such as of a list that is too long.
 */
export function concernsMessage(message: unknown): boolean {
  const errors = member(member(message, 'Meta'), 'Errors') ?? member(message, 'Errors');
  const entries = Array.isArray(errors) ? errors : [errors];
  return entries.length > 0 && entries.every((entry) => typeOf(entry) === 'message');
}

function typeOf(error: unknown): string | undefined {
  return asText(member(error, 'Type'))?.trim().toLowerCase();
}

/** `Meta.Logs[].ID` of a parsed message of any kind, including errors; empty when there are none. */
export function readLogIds(message: unknown, max = MAX_LOG_IDS): readonly string[] {
  const logs = asList(member(member(message, 'Meta'), 'Logs')).slice(0, max);
  return logs.flatMap((log) => {
    const id = asKey(member(log, 'ID'));
    return id !== null && isLogId(id) ? [id] : [];
  });
}

/**
 * Null when the entry names a patient in a form that cannot be read: then it is neither known which patient this is, nor that
 * there is none.
 */
function readItem(
  entry: JsonObject,
  files: readonly InlineContents[],
  before: Item | undefined,
): Item | null {
  const identifiers = readPatient(entry['Patient'], before?.identifiers);
  if (identifiers === null || (identifiers.length === 0 && states(entry, PATIENT_NAMES, isEmptyPatient)))
    return null;
  const unreadable = findUnreadable(entry);
  const item = {
    identifiers,
    visitNumber: asKey(asObject(entry['Visit'])?.['VisitNumber']),
    documentId: asKey(entry['DocumentID']),
    documentType: asText(entry['DocumentType']),
    documentDescription: asText(entry['DocumentDescription']),
    fileType: asText(entry['FileType']),
    fileName: asText(entry['FileName']),
    creationDateTime: asText(entry['CreationDateTime']),
    serviceDateTime: asText(entry['ServiceDateTime']),
    contents: readContents(entry['FileContents'], files),
  };
  return unreadable === null ? item : { unreadable, ...item };
}

/** Null when there are none. */
function findUnreadable(entry: JsonObject): NonNullable<Item['unreadable']> | null {
  const isVisitReadable = isReadableVisit(entry['Visit']);
  const isTypeReadable = isReadable(entry['DocumentType']);
  const isIdReadable = isReadable(entry['DocumentID']);
  if (isVisitReadable && isTypeReadable && isIdReadable) return null;
  return [
    ...(isVisitReadable ? [] : (['visitNumber'] as const)),
    ...(isTypeReadable ? [] : (['documentType'] as const)),
    ...(isIdReadable ? [] : (['documentId'] as const)),
  ];
}

function isReadableVisit(visit: unknown): boolean {
  const object = asObject(visit);
  return object === null ? isBlank(visit) : isReadable(object['VisitNumber']);
}

/** Absent, or text. */
function isReadable(value: unknown): boolean {
  return asText(value) !== null || isEmpty(value);
}

/**
 * The identifiers of a patient. Empty for no patient; null for one that cannot be read. `before`: the identifiers of the document
 * before, which are returned if the patient has the same: documents of one patient follow each other in most replies, and share
 * one list, whose keys are then computed once.
 */
export function readPatient(
  patient: unknown,
  before: readonly Identifier[] = [],
): readonly Identifier[] | null {
  const object = asObject(patient);
  if (object === null) return isEmpty(patient) ? [] : null;
  const entries = object['Identifiers'];
  if (before.length > 0 && areWritten(before, asList(entries))) return before;
  const identifiers = readIdentifiers(entries);
  if (identifiers.length > 0) return identifiers;
  return isEmpty(entries) && !states(object, IDENTIFIER_NAMES) ? identifiers : null;
}

/** By these names, in any case, other programs write what Redox calls `Patient` and its `Identifiers`. */
const PATIENT_NAMES: ReadonlySet<string> = new Set(['patient', 'patients']);
const IDENTIFIER_NAMES: ReadonlySet<string> = new Set(['identifiers', 'identifier', 'ids', 'id', 'idtype']);

/** Whether the object has a member by one of the names that is not empty. */
function states(object: JsonObject, names: ReadonlySet<string>, isEmptyHere = isBlank): boolean {
  return Object.entries(object).some(
    ([name, value]) => names.has(name.trim().toLowerCase()) && !isEmptyHere(value),
  );
}

function isEmptyPatient(value: unknown): boolean {
  return isBlank(value) || readPatient(value)?.length === 0;
}

/** Whether the entries state exactly these identifiers, in the same order. */
function areWritten(identifiers: readonly Identifier[], entries: readonly unknown[]): boolean {
  const isAt = ({ id, idType }: Identifier, at: number) => {
    const entry = asObject(entries[at]);
    return entry?.['ID'] === id && entry['IDType'] === idType;
  };
  return identifiers.length === entries.length && identifiers.every(isAt);
}

/** An identifier without an ID or an IDType is left out; the others still identify the patient. */
function readIdentifiers(entries: unknown): readonly Identifier[] {
  const identifiers: Identifier[] = [];
  for (const entry of asList(entries)) {
    const object = asObject(entry);
    const id = asKey(object?.['ID']);
    const idType = asKey(object?.['IDType']);
    if (id !== null && idType !== null) identifiers.push({ id, idType });
  }
  return identifiers;
}

function readContents(value: unknown, files: readonly InlineContents[]): FileContents {
  if (typeof value !== 'string' || value === '') return { kind: 'none' };
  if (isReference(value)) return { kind: 'reference', uri: value };
  const file = files[Number(value)];
  if (file === undefined) throw new GatewayError('INTERNAL_SERVER_ERROR');
  return file;
}

/** `Errors` of an unknown form counts as well, unless it is clearly empty: one failure too many is better than lost documents. */
function hasEntries(errors: unknown): boolean {
  return !isEmpty(errors) && Boolean(errors);
}

/** How destinations write false, besides 0 and an empty text. */
const FALSY = new Set(['false', 'f', 'no', 'n', 'off', 'null']);

/** A flag in any spelling: it is true unless it is clearly false. */
function isTruthy(flag: unknown): boolean {
  if (isEmpty(flag) || flag === false) return false;
  const text = asText(flag);
  return text === null || !(FALSY.has(text.trim().toLowerCase()) || Number(text) === 0);
}

/** Absent, null, `{}` and `[]` count as empty. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isBlank(value: unknown): boolean {
  return isEmpty(value) || (typeof value === 'string' && value.trim() === '');
}
