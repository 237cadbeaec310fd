/** Reads QueryResponse messages (reference §1.3, §3.5) tolerantly into the project's own types. */
import { GatewayError } from '../../errors.ts';
import { RedoxFault } from '../fault.ts';
import type { FileContents, Identifier, InlineContents, Item, MediaReply } from '../messages.ts';
import { asKey, asList, asObject, asText, member } from './loose-json.ts';

/** Log ids are UUIDs, numbers in some samples. They reach callers, so nothing else may ride along. */
const LOG_ID = /^[\w-]{1,64}$/;

/** Redox writes exactly one log per synchronous request. */
const MAX_LOG_IDS = 10;

/** A URI's scheme. Base64 never contains a colon, so this cannot be the file itself. */
const URI_SCHEME = /^[a-z][a-z0-9+.-]{1,30}:/i;

/** What was set aside of a message, and what was seen of it. */
export interface SetAside {
  /** In the message, each stands by its index here, as a string. */
  readonly files: readonly InlineContents[];
  /** An entry had two FileContents, so it is not known which are its own. */
  readonly isAmbiguous: boolean;
  /** Size of the whole message. */
  readonly bytes: number;
}

/**
 * The items of a 200's body; `message` is undefined when it was no JSON. EventType is not looked at: real replies have
 * echoed the request's.
 * @throws RedoxFault UPSTREAM_REJECTED when `Meta.Errors` has an entry, whatever else is there (Redox: a 200 alone is no
 * success); UPSTREAM_PROTOCOL when the body is no QueryResponse, or says that it was cut.
 */
export function readMediaReply(message: unknown, { files, isAmbiguous, bytes }: SetAside): MediaReply {
  const meta = asObject(member(message, 'Meta'));
  const media = member(message, 'Media') ?? undefined;
  const logIds = readLogIds(message);
  refuseErrors(message);
  // A result limit was met (seen in PatientSearch replies). Less than all must not pass for all.
  if (member(meta, 'IsIncomplete') === true) {
    throw new RedoxFault('UPSTREAM_PROTOCOL', { status: 200, logIds, smallerMayPass: true });
  }
  // `Media` may be absent when nothing matches; an object with neither is somebody else's message.
  const isReply = media === undefined ? meta !== null : Array.isArray(media);
  const entries = asList(media);
  if (!isReply || isAmbiguous || !entries.every((entry) => asObject(entry) !== null)) {
    throw new RedoxFault('UPSTREAM_PROTOCOL', { status: 200, logIds });
  }
  return { items: entries.map((entry) => readItem(entry, files)), logIds, bytes };
}

/** @throws RedoxFault UPSTREAM_REJECTED when `Meta.Errors` has an entry (Redox: a 200 alone is no success). */
export function refuseErrors(message: unknown): void {
  if (!hasEntries(member(member(message, 'Meta'), 'Errors'))) return;
  const logIds = readLogIds(message);
  throw new RedoxFault('UPSTREAM_REJECTED', { status: 200, logIds, smallerMayPass: true });
}

/** `Meta.Logs[].ID` of a parsed message of any kind, an error's too; empty when there are none. */
export function readLogIds(message: unknown): readonly string[] {
  const logs = asList(member(member(message, 'Meta'), 'Logs')).slice(0, MAX_LOG_IDS);
  return logs.flatMap((log) => {
    const id = asKey(member(log, 'ID'));
    return id !== null && LOG_ID.test(id) ? [id] : [];
  });
}

function readItem(entry: unknown, files: readonly InlineContents[]): Item {
  return {
    identifiers: readIdentifiers(member(entry, 'Patient')),
    visitNumber: asKey(member(member(entry, 'Visit'), 'VisitNumber')),
    documentId: asKey(member(entry, 'DocumentID')),
    documentType: asText(member(entry, 'DocumentType')),
    documentDescription: asText(member(entry, 'DocumentDescription')),
    fileType: asText(member(entry, 'FileType')),
    fileName: asText(member(entry, 'FileName')),
    creationDateTime: asText(member(entry, 'CreationDateTime')),
    serviceDateTime: asText(member(entry, 'ServiceDateTime')),
    contents: readContents(member(entry, 'FileContents'), files),
  };
}

/** Entries without an ID or an IDType identify nobody and are skipped. */
function readIdentifiers(patient: unknown): readonly Identifier[] {
  return asList(member(patient, 'Identifiers')).flatMap((entry) => {
    const id = asKey(member(entry, 'ID'));
    const idType = asKey(member(entry, 'IDType'));
    return id !== null && idType !== null ? [{ id, idType }] : [];
  });
}

function readContents(value: unknown, files: readonly InlineContents[]): FileContents {
  if (typeof value !== 'string' || value === '') return { kind: 'none' };
  if (isReference(value)) return { kind: 'reference', uri: value };
  const file = files[Number(value)];
  if (file === undefined) throw new GatewayError('INTERNAL_SERVER_ERROR');
  return file;
}

/** Whether contents are, or begin with, a URI. */
export function isReference(text: string): boolean {
  return URI_SCHEME.test(text);
}

/** `Errors` of an unforeseen kind count too, unless plainly empty: better one failure too many than lost documents. */
function hasEntries(errors: unknown): boolean {
  if (Array.isArray(errors)) return errors.length > 0;
  const object = asObject(errors);
  return object === null ? Boolean(errors) : Object.keys(object).length > 0;
}
