/**
 * The inbox that replicas share: one stream in Redis, which each of them reads whole. A position in it names an entry by its id and a
 * digest, so that a stream that was lost and begun anew is never taken for the old one.
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

/** The start of a replica waits for the first reading, but not for a Redis that is away. */
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
    const { maxEvents, clock } = options;
    this.#maxEvents = maxEvents;
    this.#clock = clock;
    this.#pulse = new InboxPulse(clock);
    this.#stream = new InboxStream(redis.part('events'), options, this.#pulse);
    this.#pollOn();
    this.#beatOn();
    redis.onChange(() => redis.isUp && void this.#stream.sayAlive());
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
      // It must not keep the process alive.
      .unref();
  }

  #beatOn(): void {
    this.#beat = this.#clock
      .setTimeout(() => {
        this.#beatOn();
        void this.#stream.sayAlive();
      }, BEAT_MS)
      .unref();
  }

  /** To the end of the stream; false when it cannot be read. */
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

  /** Whether more may follow. */
  async #readMore(): Promise<boolean> {
    const newest = this.#newest;
    const entries = await this.#stream.entriesFrom(
      'read',
      newest === null ? '-' : (idOf(newest) ?? '-'),
      MAX_READ,
    );
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
    const [oldest] = await this.#stream.entriesFrom('oldest', '-', 1);
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
    const last = await this.#stream.lastEntry();
    this.#newest = last === undefined ? null : positionOf(last);
    this.#isPlaced = true;
  }

  #tellMissed(): void {
    for (const listener of this.#listeners) listener.missed();
  }

  /** What no replica sealed, or one with a secret that this one does not have, stands in the place of an event that is missed. */
  #hear(entry: StreamEntry): void {
    const event = this.#stream.open(entry);
    this.#newest = positionOf(entry);
    if (event === null) this.#tellMissed();
    else for (const listener of this.#listeners) listener.recorded(event);
  }
}
