/**
 * Parses what arrives at `/redox/events`: an event about a document, an event that cannot be read, or Redox's verification
 * (reference §1.4, §8.2).
 */
import { type DestinationAlias, destinationAlias } from '../media/model/keys.ts';
import type { Identifier } from '../redox/messages.ts';
import { asKey, asList, asObject, asText, type JsonObject } from '../redox/wire/loose-json.ts';
import { isEmpty, MAX_IDENTIFIERS, readPatient } from '../redox/wire/reply.ts';
import { digestOfSeries, digestWithoutMeta } from './event-digest.ts';
import type { ArrivedMessage } from './event-reader.ts';
import type {
  MediaChange,
  MediaChangeKind,
  Provider,
  ReceivedEvent,
  UnreadableEvent,
  UnreadableReason,
} from './media-change.ts';
import { readVerification, type Verification } from './verification.ts';

/** Aliases of destinations by the IDs of their sources, in lower case. */
export type Sources = ReadonlyMap<string, string>;

const KINDS: ReadonlyMap<unknown, MediaChangeKind> = new Map([
  ['New', 'SAVED'],
  ['Replace', 'REPLACED'],
  ['Delete', 'DELETED'],
]);

/** The maximum for one provider: real ones have one or two entries. */
const MAX_PROVIDER_LIST = 100;

export function readEvent(arrived: ArrivedMessage, sources: Sources): ReceivedEvent | Verification {
  const message = asObject(arrived.message);
  const meta = asObject(message?.['Meta']);
  const verification = readVerification(message);
  if (verification !== null) return verification;
  const digest = message && meta && digestWithoutMeta(message, arrived.files);
  if (message === null || meta === null || digest === null) return unreadableMessage(arrived);
  const sourceId = asKey(asObject(meta['Source'])?.['ID'])?.trim().toLowerCase() ?? null;
  const alias = sourceId === null ? undefined : sources.get(sourceId);
  const destination = alias === undefined ? null : destinationAlias(alias);
  const event = arrived.isTooLarge
    ? unreadable('too-large', destination)
    : readChange(message, meta, destination);
  return { event, digest, ...seriesOf(message, meta, sourceId), sentAt: readTime(meta['EventDateTime']) };
}

/** A message that is not a JSON object has no document: all such messages of any source are one series. */
function unreadableMessage(arrived: ArrivedMessage): ReceivedEvent {
  return {
    event: unreadable(arrived.isTooLarge ? 'too-large' : 'malformed', null),
    digest: arrived.digest(),
    series: digestOfSeries([]),
    replacedSeries: null,
    sentAt: null,
  };
}

function unreadable(reason: UnreadableReason, destination: DestinationAlias | null): UnreadableEvent {
  return { kind: 'UNREADABLE', reason, destination };
}

function seriesOf(
  message: JsonObject,
  meta: JsonObject,
  sourceId: string | null,
): Pick<ReceivedEvent, 'series' | 'replacedSeries'> {
  const media = documentOf(message['Media']);
  const replaced = meta['EventType'] === 'Replace' ? asKey(media?.['OriginalDocumentID']) : null;
  return {
    series: digestOfSeries([sourceId, asKey(media?.['DocumentID'])]),
    replacedSeries: replaced === null ? null : digestOfSeries([sourceId, replaced]),
  };
}

function readChange(
  message: JsonObject,
  meta: JsonObject,
  destination: DestinationAlias | null,
): MediaChange | UnreadableEvent {
  const kind = KINDS.get(meta['EventType']);
  if (meta['DataModel'] !== 'Media' || kind === undefined) return unreadable('unknown-event', destination);
  if (destination === null) return unreadable('unknown-source', null);
  const media = documentOf(message['Media']);
  if (media === null) return unreadable('malformed', destination);
  const identifiers = readIdentifiers(message['Patient']);
  return {
    kind,
    destination,
    identifiers,
    ...(identifiers.length > 0 && isPartlyRead(message['Patient']) && { isPatientPartlyRead: true as const }),
    visitNumber: asKey(asObject(message['Visit'])?.['VisitNumber']),
    documentId: asKey(media['DocumentID']),
    originalDocumentId: kind === 'REPLACED' ? asKey(media['OriginalDocumentID']) : null,
    documentType: asText(media['DocumentType']),
    documentDescription: asText(media['DocumentDescription']),
    fileType: asText(media['FileType']),
    fileName: asText(media['FileName']),
    creationDateTime: asText(media['CreationDateTime']),
    serviceDateTime: asText(media['ServiceDateTime']),
    provider: readProvider(media['Provider']),
    authenticator: readProvider(media['Authenticator']),
    authenticated: readFlag(media['Authenticated']),
    availability: readAvailability(media['Availability']),
  };
}

/** The one document of an event, which some senders put into a list, as in a reply. */
function documentOf(media: unknown): JsonObject | null {
  const entries = asList(media);
  return entries.length === 1 ? asObject(entries[0]) : asObject(media);
}

/** Empty if the patient is not known. */
function readIdentifiers(patient: unknown): readonly Identifier[] {
  const identifiers = readPatient(patient) ?? [];
  return identifiers.length > MAX_IDENTIFIERS ? [] : identifiers;
}

/** Whether there are identifiers besides those that are read. An entry without an ID names no patient. */
function isPartlyRead(patient: unknown): boolean {
  return asList(asObject(patient)?.['Identifiers']).some((entry) => {
    const object = asObject(entry);
    if (object === null) return !isEmpty(entry);
    const id = object['ID'];
    const isStated = asText(id) === null ? !isEmpty(id) : asKey(id) !== null;
    return isStated && !(isReadable(id) && asKey(object['IDType']) !== null);
  });
}

/** An ID that was sent in bytes that are not UTF-8 is not known: it may be the ID of any patient (see `decodeUtf8`). */
function isReadable(id: unknown): boolean {
  return asKey(id)?.isWellFormed() === true;
}

/** Null if nothing is stated about the provider. */
function readProvider(value: unknown): Provider | null {
  const object = asObject(value);
  if (object === null) return null;
  const texts = {
    providerId: asKey(object['ID']),
    idType: asKey(object['IDType']),
    firstName: asKey(object['FirstName']),
    lastName: asKey(object['LastName']),
  };
  const lists = {
    credentials: readTexts(object['Credentials']),
    emailAddresses: readTexts(object['EmailAddresses']),
  };
  const isStated = [...Object.values(texts), ...Object.values(lists).flat()].some((text) => text !== null);
  return isStated ? { ...texts, ...lists } : null;
}

function readTexts(value: unknown): readonly string[] {
  return asList(value)
    .slice(0, MAX_PROVIDER_LIST)
    .map(asKey)
    .filter((text) => text !== null);
}

/** Redox writes it as text; its own older samples have booleans. */
function readFlag(value: unknown): boolean | null {
  const text = typeof value === 'boolean' ? String(value) : wordOf(value);
  if (text === 'true') return true;
  return text === 'false' ? false : null;
}

function readAvailability(value: unknown): MediaChange['availability'] {
  const word = wordOf(value);
  if (word === 'available') return 'AVAILABLE';
  return word === 'unavailable' ? 'UNAVAILABLE' : null;
}

function wordOf(value: unknown): string | undefined {
  return asText(value)?.trim().toLowerCase();
}

/** In milliseconds since 1970. */
function readTime(value: unknown): number | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
