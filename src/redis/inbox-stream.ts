/** The stream of events in Redis: the commands by which a replica reads it, adds an event, and sends its heartbeat. */
import { z } from 'zod';
import type { ReceivedEvent, RecordedEvent } from '../events/media-change.ts';
import type { RedisCommands } from './connection.ts';
import type { InboxEntries } from './inbox-entry.ts';
import type { InboxPulse } from './inbox-pulse.ts';
import { BEAT, RECORD } from './inbox-scripts.ts';
import { entriesSchema, type StreamEntry } from './stream-entry.ts';

/**
 * Without gateways, the events in Redis expire in a week: a replica, or a subscriber, that was disconnected for longer starts
 * anew.
 */
const LIFE_MS = 7 * 24 * 3_600_000;

export interface InboxStreamOptions {
  readonly entries: InboxEntries;
  /** An HMAC with a key that the replicas share, since a reader of Redis might guess series and digests. */
  readonly hash: (text: string) => string;
  /** Of the account and the service: equal for the replicas of one gateway, and for no others. */
  readonly name: string;
  /** How many events are kept. */
  readonly maxEvents: number;
}

/** What RECORD returns. */
const recordedSchema = z.union([z.literal(0), z.string().regex(/^\d{1,20}-\d{1,20}$/)]);

export class InboxStream {
  readonly #redis: RedisCommands;
  readonly #options: InboxStreamOptions;
  readonly #keys: readonly [stream: string, ...others: string[]];
  readonly #pulse: InboxPulse;

  /** `pulse` records whether Redis accepts writes. */
  constructor(redis: RedisCommands, options: InboxStreamOptions, pulse: InboxPulse) {
    const { name } = options;
    this.#redis = redis;
    this.#options = options;
    this.#pulse = pulse;
    const keyOf = (kind: string) => `redox-media:${kind}:${name}`;
    this.#keys = [keyOf('events'), ...['events-series', 'events-series-before', 'events-beat'].map(keyOf)];
  }

  /** `receivedAt`: in milliseconds since 1970. Rejects if Redis does not accept the event. */
  async record(
    { event, series, replacedSeries, digest }: ReceivedEvent,
    receivedAt: number,
  ): Promise<'recorded' | 'repeated'> {
    const { entries, hash, maxEvents } = this.#options;
    const entry = entries.close(event, receivedAt);
    const replaced = replacedSeries === null ? '' : hash(replacedSeries);
    const args = [entry, hash(series), hash(digest), replaced, String(maxEvents)];
    const id = await this.#write('record', recordedSchema, RECORD, args);
    return id === 0 ? 'repeated' : 'recorded';
  }

  /** Writes what an event would write. */
  async sendHeartbeat(): Promise<void> {
    await this.#write('beat', z.literal(1), BEAT, [String(LIFE_MS)]).catch(() => undefined);
  }

  /** At most `count` entries, from this id (inclusive) on. `purpose`: the name under which a failure is reported. */
  entriesFrom(purpose: string, id: string, count: number): Promise<readonly StreamEntry[]> {
    const schema = entriesSchema.max(count);
    return this.#redis.execute(purpose, schema, 'XRANGE', this.#keys[0], id, '+', 'COUNT', String(count));
  }

  /** Undefined if there is none. */
  async lastEntry(): Promise<StreamEntry | undefined> {
    const command = ['XREVRANGE', this.#keys[0], '+', '-', 'COUNT', '1'];
    const [last] = await this.#redis.execute('end', entriesSchema, ...command);
    return last;
  }

  /** Null for an entry that no replica sealed, or one sealed with a secret that this replica does not have. */
  open(entry: StreamEntry): RecordedEvent | null {
    const event = this.#options.entries.open(entry);
    if (event === null) this.#redis.misread('entries');
    return event;
  }

  async #write<T>(
    purpose: string,
    schema: z.ZodType<T>,
    script: string,
    args: readonly string[],
  ): Promise<T> {
    try {
      const command = ['EVAL', script, String(this.#keys.length), ...this.#keys, ...args];
      const reply = await this.#redis.execute(purpose, schema, ...command);
      this.#pulse.written();
      return reply;
    } catch (error) {
      this.#pulse.refused();
      throw error;
    }
  }
}
