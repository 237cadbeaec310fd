/** An event as Redis stores it: sealed, and without its file. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MediaChange, RecordedEvent, UnreadableEvent } from '../events/media-change.ts';
import { destinationAlias } from '../media/model/keys.ts';
import type { Seal } from '../seal.ts';
import type { StreamEntry } from './stream-entry.ts';

/** Real events have two kilobytes. A longer one is recorded as unreadable, so that the stream has room in Redis. */
const MAX_ENTRY_LENGTH = 65_536;

/**
 * Opening an entry takes some 150 µs, and when a replica has stopped, each of its thousand subscribers may read the same hundreds
 * of entries. So at least this many characters of opened entries are kept, and at most twice as many: some ten thousand events.
 */
const MAX_OPENED_LENGTH = 8_388_608;

/**
 * The length of the digest of an entry's text: 96 bits distinguish an entry from one with the same id in a stream that was
 * started anew.
 */
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

/** Replaces an event of a destination that this replica does not know. */
const UNKNOWN_SOURCE: UnreadableEvent = { kind: 'UNREADABLE', reason: 'unknown-source', destination: null };

export class InboxEntries {
  readonly #seal: Seal;
  /** The aliases of this replica; other replicas may have been started with more. */
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

  /** Null for an entry that no replica sealed. */
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

/** The id in the stream; null for a text that is not a position. */
export function idOf(position: string): string | null {
  return POSITION.test(position) ? position.slice(0, position.indexOf('.')) : null;
}

/** Negative if `one` comes first. A text that is not a position comes before all positions. */
export function comparePositions(one: string, other: string): number {
  const [oneMs, oneNumber] = partsOf(one);
  const [otherMs, otherNumber] = partsOf(other);
  return Number(oneMs - otherMs || oneNumber - otherNumber);
}

function partsOf(position: string): readonly [bigint, bigint] {
  const [, ms = '-1', number = '0'] = POSITION.exec(position) ?? [];
  return [BigInt(ms), BigInt(number)];
}
