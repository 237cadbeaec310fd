/** The stream of events in Redis: the commands by which a replica reads it, adds an event, and says that it lives. */
import { z } from 'zod';
import type { ReceivedEvent, RecordedEvent } from '../events/media-change.ts';
import type { RedisCommands } from './connection.ts';
import type { InboxEntries } from './inbox-entry.ts';
import type { InboxPulse } from './inbox-pulse.ts';
import { BEAT, RECORD } from './inbox-scripts.ts';
import { entriesSchema, type StreamEntry } from './stream-entry.ts';

/** Without gateways, what Redis holds of events is gone in a week: a replica, or a subscriber, that was away so long begins anew. */
const LIFE_MS = 7 * 24 * 3_600_000;

export interface InboxStreamOptions {
  readonly entries: InboxEntries;
  /** Keyed, with a key that the replicas share: series and digests are hashes of what a reader of Redis might guess. */
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

  /** `pulse` hears whether Redis takes what is written. */
  constructor(redis: RedisCommands, options: InboxStreamOptions, pulse: InboxPulse) {
    const { name } = options;
    this.#redis = redis;
    this.#options = options;
    this.#pulse = pulse;
    const keyOf = (kind: string) => `redox-media:${kind}:${name}`;
    this.#keys = [keyOf('events'), ...['events-series', 'events-series-before', 'events-beat'].map(keyOf)];
  }

  /** `receivedAt`: in milliseconds since 1970. Rejects where Redis does not take it. */
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
  async sayAlive(): Promise<void> {
    await this.#write('beat', z.literal(1), BEAT, [String(LIFE_MS)]).catch(() => undefined);
  }

  /** At most `count`, from this id (inclusive) on. `purpose`: what a failure is reported as. */
  entriesFrom(purpose: string, id: string, count: number): Promise<readonly StreamEntry[]> {
    const schema = entriesSchema.max(count);
    return this.#redis.ask(purpose, schema, 'XRANGE', this.#keys[0], id, '+', 'COUNT', String(count));
  }

  /** Undefined where there is none. */
  async lastEntry(): Promise<StreamEntry | undefined> {
    const command = ['XREVRANGE', this.#keys[0], '+', '-', 'COUNT', '1'];
    const [last] = await this.#redis.ask('end', entriesSchema, ...command);
    return last;
  }

  /** Null for what no replica sealed, or one with a secret that this one does not have. */
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
      const reply = await this.#redis.ask(purpose, schema, ...command);
      this.#pulse.written();
      return reply;
    } catch (error) {
      this.#pulse.refused();
      throw error;
    }
  }
}
