/**
 * The inbox that replicas share: one stream in Redis, which each of them reads completely. A position in it names an entry by its
 * id and a digest, so that a stream that was lost and started anew is never mistaken for the old one.
 */
import { type Clock, nextTurn, sleep, type Timer } from '../clock.ts';
import type { Inbox, InboxHealth, InboxListener } from '../events/inbox.ts';
import type { ReceivedEvent, RecordedEvent } from '../events/media-change.ts';
import { LatestReading } from '../latest-reading.ts';
import type { RedisConnection } from './connection.ts';
import { comparePositions, idOf, positionOf } from './inbox-entry.ts';
import { InboxPulse } from './inbox-pulse.ts';
import { InboxStream, type InboxStreamOptions } from './inbox-stream.ts';
import type { StreamEntry } from './stream-entry.ts';

/**
 * The pause between two reads: other replicas receive an event within this time. A blocking read would need a connection of its
 * own, whose failures would be different ones.
 */
const POLL_MS = 25;

/** How often each replica writes what an event would write. */
const BEAT_MS = 1000;

/**
 * The number of entries in one command. A replica that was disconnected opens thousands, each in some 100 µs, and yields between
 * commands.
 */
const MAX_READ = 100;

/** `MAXLEN ~` keeps some more entries. A read that finds more than twice as many does not come from such a stream. */
const MAX_EXCESS = 2;

/** The start of a replica waits for the first read, but not for a Redis that is unavailable. */
const MAX_START_MS = 2000;

export interface SharedInboxOptions extends InboxStreamOptions {
  readonly clock: Clock;
}

export class SharedInbox implements Inbox {
  readonly #stream: InboxStream;
  readonly #maxEvents: number;
  readonly #clock: Clock;
  readonly #pulse: InboxPulse;
  #listeners: readonly InboxListener[] = [];
  /** The last entry that the listeners have received; null if the stream had none. */
  #newest: string | null = null;
  /** Whether `#newest` is known; the first read finds the end of the stream. */
  #isPlaced = false;
  #isStarting = true;
  readonly #readings = new LatestReading(() => this.#read());
  #poll: Timer | undefined;
  #beat: Timer | undefined;
  #isClosed = false;

  constructor(redis: RedisConnection, options: SharedInboxOptions) {
    const { maxEvents, clock } = options;
    this.#maxEvents = maxEvents;
    this.#clock = clock;
    this.#pulse = new InboxPulse(clock);
    this.#stream = new InboxStream(redis.part('events'), options, this.#pulse);
    this.#pollOn();
    this.#beatOn();
    redis.onChange(() => redis.isUp && void this.#stream.sendHeartbeat());
  }

  get newest(): string | null {
    return this.#newest;
  }

  get health(): InboxHealth {
    return this.#pulse.health;
  }

  /**
   * Resolves when the end of the stream is known, or Redis has had enough time to report it. In the latter case events count as
   * missed, since queries that were answered meanwhile did not know of them.
   */
  async start(): Promise<void> {
    const until = this.#clock.now() + MAX_START_MS;
    while (!(await this.catchUp()) && this.#clock.now() < until) await sleep(this.#clock, POLL_MS);
    this.#isStarting = false;
  }

  async record(received: ReceivedEvent): Promise<'recorded' | 'repeated'> {
    const outcome = await this.#stream.record(received, this.#clock.wallTime());
    if (!(await this.catchUp())) throw new Error('the events in Redis cannot be read');
    return outcome;
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
    const entries = await this.#stream.entriesFrom('replay', id, isAfter ? count + 1 : count);
    const [first] = entries;
    if (isAfter && (first === undefined || positionOf(first) !== position)) return 'expired';
    const events: RecordedEvent[] = [];
    for (const [at, entry] of entries.slice(isAfter ? 1 : 0).entries()) {
      const event = this.#stream.open(entry);
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
      // The timer must not keep the process alive.
      .unref();
  }

  #beatOn(): void {
    this.#beat = this.#clock
      .setTimeout(() => {
        this.#beatOn();
        void this.#stream.sendHeartbeat();
      }, BEAT_MS)
      .unref();
  }

  /** Reads to the end of the stream; false when it cannot be read. */
  async #read(): Promise<boolean> {
    try {
      if (!this.#isPlaced) await this.#findEnd();
      const maxCommands = 1 + (MAX_EXCESS * this.#maxEvents) / MAX_READ;
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

  /** Whether more entries may follow. */
  async #readMore(): Promise<boolean> {
    const newest = this.#newest;
    const entries = await this.#stream.entriesFrom(
      'read',
      newest === null ? '-' : (idOf(newest) ?? '-'),
      MAX_READ,
    );
    const [first] = entries;
    // A reply begins with the last known entry. If it does not, that entry was trimmed, or the whole stream was lost.
    if (newest !== null && (first === undefined || positionOf(first) !== newest)) {
      await this.#goOnAfterGap(newest);
      return true;
    }
    for (const entry of newest === null ? entries : entries.slice(1)) this.#hear(entry);
    return entries.length === MAX_READ;
  }

  /** A replica does not report events that were recorded before it started. */
  async #findEnd(): Promise<void> {
    if (this.#isStarting) await this.#placeAtEnd();
    else await this.#goToEnd();
  }

  /**
   * The remaining entries are new if all of them are later than the last known one, which then was trimmed, or belongs to a
   * stream that was lost.
   */
  async #goOnAfterGap(newest: string): Promise<void> {
    const [oldest] = await this.#stream.entriesFrom('oldest', '-', 1);
    if (oldest !== undefined && comparePositions(positionOf(oldest), newest) <= 0) return this.#goToEnd();
    this.#newest = null;
    this.#tellMissed();
  }

  /** Entries were missed, and it is not known which of the remaining ones have been received. */
  async #goToEnd(): Promise<void> {
    await this.#placeAtEnd();
    this.#tellMissed();
  }

  async #placeAtEnd(): Promise<void> {
    this.#isPlaced = false;
    const last = await this.#stream.lastEntry();
    this.#newest = last === undefined ? null : positionOf(last);
    this.#isPlaced = true;
  }

  #tellMissed(): void {
    for (const listener of this.#listeners) listener.missed();
  }

  /** An entry that no replica sealed, or one sealed with a secret that this replica does not have, counts as a missed event. */
  #hear(entry: StreamEntry): void {
    const event = this.#stream.open(entry);
    this.#newest = positionOf(entry);
    if (event === null) this.#tellMissed();
    else for (const listener of this.#listeners) listener.recorded(event);
  }
}
