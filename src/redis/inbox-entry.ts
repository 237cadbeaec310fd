/** What Redis holds of an event: sealed, without its file. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MediaChange, RecordedEvent, UnreadableEvent } from '../events/media-change.ts';
import { destinationAlias } from '../media/model/keys.ts';
import type { Seal } from '../seal.ts';
import type { StreamEntry } from './stream-entry.ts';

/** Real ones have two kilobytes. One that is longer is recorded as unreadable, so that a stream of them has room in Redis. */
const MAX_ENTRY_LENGTH = 65_536;

/**
 * To open an entry takes some 150 µs, and when a replica has ended, each of its thousand subscribers may read the same hundreds. Of opened
 * ones so many characters at least are kept, and twice as many at most: some ten thousand events.
 */
const MAX_OPENED_LENGTH = 8_388_608;

/** Of the text of an entry: 96 bits tell an entry from one that has its id in a stream that was begun anew. */
const DIGEST_LENGTH = 16;

/** The id of an entry (`milliseconds-number`), and a digest of it. */
const POSITION = /^(\d{1,20})-(\d{1,20})\.[\w-]{16}$/;

const text = z.string().nullable();
const alias = z.string().transform(destinationAlias);

const providerSchema = z
  .object({
    providerId: text,
    idType: text,
    firstName: text,
    lastName: text,
    credentials: z.array(z.string()),
    emailAddresses: z.array(z.string()),
  })
  .nullable();

const changeSchema: z.ZodType<MediaChange> = z.object({
  kind: z.enum(['SAVED', 'REPLACED', 'DELETED']),
  destination: alias,
  identifiers: z.array(z.object({ id: z.string(), idType: z.string() })),
  isPatientPartlyRead: z.literal(true).optional(),
  visitNumber: text,
  documentId: text,
  originalDocumentId: text,
  documentType: text,
  documentDescription: text,
  fileType: text,
  fileName: text,
  creationDateTime: text,
  serviceDateTime: text,
  provider: providerSchema,
  authenticator: providerSchema,
  authenticated: z.boolean().nullable(),
  availability: z.enum(['AVAILABLE', 'UNAVAILABLE']).nullable(),
});

const unreadableSchema: z.ZodType<UnreadableEvent> = z.object({
  kind: z.literal('UNREADABLE'),
  reason: z.enum(['malformed', 'unknown-event', 'unknown-source', 'too-large']),
  destination: alias.nullable(),
});

const sealedSchema = z.object({
  receivedAt: z.number().nonnegative(),
  event: z.union([changeSchema, unreadableSchema]),
});

/** In the place of an event of a destination that this replica does not know. */
const UNKNOWN_SOURCE: UnreadableEvent = { kind: 'UNREADABLE', reason: 'unknown-source', destination: null };

export class InboxEntries {
  readonly #seal: Seal;
  /** Aliases of this replica: the others may have been started with more of them. */
  readonly #destinations: ReadonlySet<string>;
  /** By position. */
  #opened = new Map<string, RecordedEvent>();
  #openedBefore: ReadonlyMap<string, RecordedEvent> = new Map();
  #openedLength = 0;

  constructor(seal: Seal, destinations: ReadonlySet<string>) {
    this.#seal = seal;
    this.#destinations = destinations;
  }

  close(event: MediaChange | UnreadableEvent, receivedAt: number): string {
    const entry = this.#seal.close({ receivedAt, event });
    if (entry.length <= MAX_ENTRY_LENGTH) return entry;
    const { destination } = event;
    return this.#seal.close({ receivedAt, event: { kind: 'UNREADABLE', reason: 'too-large', destination } });
  }

  /** Null for what no replica sealed. */
  open(entry: StreamEntry): RecordedEvent | null {
    const position = positionOf(entry);
    const known = this.#opened.get(position) ?? this.#openedBefore.get(position);
    if (known !== undefined) return known;
    const [, [name, sealed = '', ...rest]] = entry;
    if (name !== 'event' || rest.length > 0 || sealed.length > MAX_ENTRY_LENGTH) return null;
    const { data } = sealedSchema.safeParse(this.#seal.open(sealed));
    if (data === undefined) return null;
    const { destination } = data.event;
    const isKnown = destination === null || this.#destinations.has(destination);
    const event: RecordedEvent['event'] = isKnown ? data.event : UNKNOWN_SOURCE;
    const recorded = { position, receivedAt: data.receivedAt, event };
    this.#keep(recorded, sealed.length);
    return recorded;
  }

  #keep(recorded: RecordedEvent, length: number): void {
    this.#opened.set(recorded.position, recorded);
    this.#openedLength += length;
    if (this.#openedLength < MAX_OPENED_LENGTH) return;
    this.#openedBefore = this.#opened;
    this.#opened = new Map();
    this.#openedLength = 0;
  }
}

export function positionOf([id, fields]: StreamEntry): string {
  const digest = createHash('sha256').update(JSON.stringify(fields)).digest('base64url');
  return `${id}.${digest.slice(0, DIGEST_LENGTH)}`;
}

/** The id in the stream; null for what is no position in one. */
export function idOf(position: string): string | null {
  return POSITION.test(position) ? position.slice(0, position.indexOf('.')) : null;
}

/** Below 0 where `one` comes first. What is no position comes before all. */
export function comparePositions(one: string, other: string): number {
  const [oneMs, oneNumber] = partsOf(one);
  const [otherMs, otherNumber] = partsOf(other);
  return Number(oneMs - otherMs || oneNumber - otherNumber);
}

function partsOf(position: string): readonly [bigint, bigint] {
  const [, ms = '-1', number = '0'] = POSITION.exec(position) ?? [];
  return [BigInt(ms), BigInt(number)];
}
