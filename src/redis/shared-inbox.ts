/**
 * The inbox that replicas share: one stream in Redis, which each of them reads whole. A position in it names an entry by its id and a
 * digest, so that a stream that was lost and begun anew is never taken for the old one.
 */
import { z } from 'zod';
import { type Clock, nextTurn, sleep, type Timer } from '../clock.ts';
import type { Inbox, InboxHealth, InboxListener } from '../events/inbox.ts';
import type { ReceivedEvent, RecordedEvent } from '../events/media-change.ts';
import { LatestReading } from '../latest-reading.ts';
import type { RedisCommands, RedisConnection } from './connection.ts';
import {
  comparePositions,
  entriesSchema,
  type InboxEntries,
  type InboxEntry,
  idOf,
  positionOf,
} from './inbox-entry.ts';
import { InboxPulse } from './inbox-pulse.ts';
import { BEAT, RECORD } from './inbox-scripts.ts';

/**
 * How long after one reading the next begins: at the other replicas an event is heard of within so much. A command that waits in
 * Redis for the next entry would need a connection of its own, and its failures would be those of another one.
 */
const POLL_MS = 25;

/** How often each replica writes what an event would write. */
const BEAT_MS = 1000;

/** Entries in one command. A replica that was away opens thousands, each in some 100 µs, and lets others have their turns. */
const MAX_READ = 100;

/** `MAXLEN ~` leaves some entries more. A reading that finds more than twice as many does not come from such a stream. */
const MAX_EXCESS = 2;

/** Without gateways, what Redis holds of events is gone in a week: a replica, or a subscriber, that was away so long begins anew. */
const LIFE_MS = 7 * 24 * 3_600_000;

/** The start of a replica waits for the first reading, but not for a Redis that is away. */
const MAX_START_MS = 2000;

export interface SharedInboxOptions {
  readonly entries: InboxEntries;
  /** Keyed, with a key that the replicas share: series and digests are hashes of what a reader of Redis might guess. */
  readonly hash: (text: string) => string;
  /** Of the credential and the service, as for the token. */
  readonly name: string;
  /** How many events are kept. */
  readonly maxEvents: number;
  readonly clock: Clock;
}

/** What RECORD returns. */
const recordedSchema = z.union([z.literal(0), z.string().regex(/^\d{1,20}-\d{1,20}$/)]);

export class SharedInbox implements Inbox {
  readonly #redis: RedisCommands;
  readonly #options: SharedInboxOptions;
  readonly #clock: Clock;
  readonly #keys: readonly string[];
  readonly #pulse: InboxPulse;
  #listeners: readonly InboxListener[] = [];
  /** The last entry that the listeners have heard of; null where the stream had none. */
  #newest: string | null = null;
  /** Whether that is known; the first reading finds the end of the stream. */
  #isPlaced = false;
  #isStarting = true;
  readonly #readings = new LatestReading(() => this.#read());
  #poll: Timer | undefined;
  #beat: Timer | undefined;
  #isClosed = false;

  constructor(redis: RedisConnection, options: SharedInboxOptions) {
    const { name, clock } = options;
    this.#redis = redis.part('events');
    this.#options = options;
    this.#clock = clock;
    this.#pulse = new InboxPulse(clock);
    this.#keys = ['events', 'events-series', 'events-series-before', 'events-beat'].map(
      (kind) => `redox-media:${kind}:${name}`,
    );
    this.#pollOn();
    this.#beatOn();
    redis.onChange(() => redis.isUp && void this.#sayAlive());
  }

  get newest(): string | null {
    return this.#newest;
  }

  get health(): InboxHealth {
    return this.#pulse.health;
  }

  /**
   * Resolves when the end of the stream is known, or Redis has had enough time to tell it: then events were missed of which questions
   * that were answered meanwhile knew nothing.
   */
  async start(): Promise<void> {
    const until = this.#clock.now() + MAX_START_MS;
    while (!(await this.catchUp()) && this.#clock.now() < until) await sleep(this.#clock, POLL_MS);
    this.#isStarting = false;
  }

  async record({ event, series, replacedSeries, digest }: ReceivedEvent): Promise<'recorded' | 'repeated'> {
    const { entries, hash, maxEvents } = this.#options;
    const entry = entries.close(event, this.#clock.wallTime());
    const replaced = replacedSeries === null ? '' : hash(replacedSeries);
    const args = [entry, hash(series), hash(digest), replaced, String(maxEvents)];
    const id = await this.#write('record', recordedSchema, RECORD, args);
    if (!(await this.catchUp())) throw new Error('the events in Redis cannot be read');
    return id === 0 ? 'repeated' : 'recorded';
  }

  catchUp(): Promise<boolean> {
    return this.#readings.take();
  }

  listen(listener: InboxListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  async readAfter(position: string | null, count: number): Promise<readonly RecordedEvent[] | 'expired'> {
    const id = position === null ? '-' : idOf(position);
    if (id === null) return 'expired';
    const isAfter = position !== null;
    const entries = await this.#entriesFrom('replay', id, isAfter ? count + 1 : count);
    const [first] = entries;
    if (isAfter && (first === undefined || positionOf(first) !== position)) return 'expired';
    const events: RecordedEvent[] = [];
    for (const [at, entry] of entries.slice(isAfter ? 1 : 0).entries()) {
      const event = this.#open(entry);
      if (event === null) return 'expired';
      events.push(event);
      if (at % MAX_READ === MAX_READ - 1) await nextTurn(this.#clock);
    }
    return events;
  }

  compare(one: string, other: string): number {
    return comparePositions(one, other);
  }

  close(): void {
    this.#isClosed = true;
    this.#listeners = [];
    this.#clock.clearTimeout(this.#poll);
    this.#clock.clearTimeout(this.#beat);
  }

  #pollOn(): void {
    this.#poll = this.#clock
      .setTimeout(() => {
        void this.catchUp().then(() => this.#isClosed || this.#pollOn());
      }, POLL_MS)
      // It must not keep the process alive.
      .unref();
  }

  #beatOn(): void {
    this.#beat = this.#clock
      .setTimeout(() => {
        this.#beatOn();
        void this.#sayAlive();
      }, BEAT_MS)
      .unref();
  }

  async #sayAlive(): Promise<void> {
    await this.#write('beat', z.literal(1), BEAT, [String(LIFE_MS)]).catch(() => undefined);
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

  /** To the end of the stream; false when it cannot be read. */
  async #read(): Promise<boolean> {
    try {
      if (!this.#isPlaced) await this.#findEnd();
      const maxCommands = 1 + (MAX_EXCESS * this.#options.maxEvents) / MAX_READ;
      for (let commands = 1; await this.#readMore(); commands += 1) {
        if (commands >= maxCommands) {
          await this.#goToEnd();
          break;
        }
        await nextTurn(this.#clock);
      }
      this.#pulse.read();
      return true;
    } catch {
      return false;
    }
  }

  /** Whether more may follow. */
  async #readMore(): Promise<boolean> {
    const newest = this.#newest;
    const entries = await this.#entriesFrom('read', newest === null ? '-' : (idOf(newest) ?? '-'), MAX_READ);
    const [first] = entries;
    // A reply begins with the last entry that is known. Where it does not, that one was trimmed, or the whole stream was lost.
    if (newest !== null && (first === undefined || positionOf(first) !== newest)) {
      await this.#goOnAfterGap(newest);
      return true;
    }
    for (const entry of newest === null ? entries : entries.slice(1)) this.#hear(entry);
    return entries.length === MAX_READ;
  }

  /** What was recorded before a replica began is no news to it. */
  async #findEnd(): Promise<void> {
    if (this.#isStarting) await this.#placeAtEnd();
    else await this.#goToEnd();
  }

  /** What is left is news where all of it came later than what is known: that was trimmed, or is of a stream that was lost. */
  async #goOnAfterGap(newest: string): Promise<void> {
    const [oldest] = await this.#entriesFrom('oldest', '-', 1);
    if (oldest !== undefined && comparePositions(positionOf(oldest), newest) <= 0) return this.#goToEnd();
    this.#newest = null;
    this.#tellMissed();
  }

  /** Entries were missed, and which of those that are left were heard of is not known. */
  async #goToEnd(): Promise<void> {
    await this.#placeAtEnd();
    this.#tellMissed();
  }

  async #placeAtEnd(): Promise<void> {
    this.#isPlaced = false;
    const [key = ''] = this.#keys;
    const [last] = await this.#redis.ask('end', entriesSchema, 'XREVRANGE', key, '+', '-', 'COUNT', '1');
    this.#newest = last === undefined ? null : positionOf(last);
    this.#isPlaced = true;
  }

  #tellMissed(): void {
    for (const listener of this.#listeners) listener.missed();
  }

  /** What no replica sealed, or one with a secret that this one does not have, stands in the place of an event that is missed. */
  #hear(entry: InboxEntry): void {
    const event = this.#open(entry);
    this.#newest = positionOf(entry);
    if (event === null) this.#tellMissed();
    else for (const listener of this.#listeners) listener.recorded(event);
  }

  #open(entry: InboxEntry): RecordedEvent | null {
    const event = this.#options.entries.open(entry);
    if (event === null) this.#redis.misread('entries');
    return event;
  }

  #entriesFrom(purpose: string, id: string, count: number): Promise<readonly InboxEntry[]> {
    const [key = ''] = this.#keys;
    const schema = entriesSchema.max(count);
    return this.#redis.ask(purpose, schema, 'XRANGE', key, id, '+', 'COUNT', String(count));
  }
}
