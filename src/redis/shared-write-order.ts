/**
 * Which writes the replicas send to a destination, and when each of them is over: one stream in Redis for each destination. The
 * replica that writes adds entries, and every replica reads all entries after the last one that it knows.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Timer } from '../clock.ts';
import { ExpiringMap } from '../expiring-map.ts';
import type { DestinationId } from '../media/model/keys.ts';
import type {
  Reading,
  SentWrite,
  SharedWriteOrder,
  WriteNews,
} from '../media/ordering/shared-write-order.ts';
import type { RedisCommands, RedisConnection } from './connection.ts';
import { ResendQueue } from './resend-queue.ts';
import { entriesSchema, type StreamEntry } from './stream-entry.ts';
import {
  ANY_PATIENT,
  type EntryKind,
  WRITE_LIFE_MS,
  WriteNewsEntries,
  type WriteNewsOptions,
} from './write-news-entry.ts';

/** A write has two or three entries: enough for 25 writes a second over the longest time that a write can take. */
const MAX_ENTRIES = 10_000;

/** A replica that has not read a stream for this long may have missed that it expired meanwhile, with the writes in it. */
const MAX_UNREAD_MS = WRITE_LIFE_MS / 2;

/** The number of entries in one command. */
const MAX_READ = 1000;

/** The number of full replies in one read: twice what a stream can hold. Further replies do not come from such a stream. */
const MAX_COMMANDS = (2 * MAX_ENTRIES) / MAX_READ;

/** How often a replica announces again that its write is in flight. */
const BEAT_MS = 1000;

const boundedSchema = entriesSchema.max(MAX_READ);

export interface WriteOrderOptions extends WriteNewsOptions {
  /** Of the account and the service: equal for the replicas of one gateway, and for no others. */
  readonly name: string;
}

export class RedisWriteOrder implements SharedWriteOrder {
  readonly #redis: RedisCommands;
  readonly #options: WriteOrderOptions;
  readonly #entries: WriteNewsEntries;
  /** The last entry that was read of each destination. */
  readonly #last = new Map<DestinationId, StreamEntry>();
  /**
   * When each destination was read, in milliseconds of the clock, and how often Redis had become available or unavailable by
   * then; null: it could not be read.
   */
  readonly #readings = new Map<DestinationId, { readonly at: number; readonly changes: number } | null>();
  #changes = 0;
  /** Announcements of writes of which the other replicas have not been informed, by destination. */
  readonly #resendQueue: ResendQueue;
  /** The ids of writes that are over: a later entry that announces one of them as in flight is an old one that is read again. */
  readonly #over: ExpiringMap<true>;
  #renewal: Timer | undefined;

  constructor(redis: RedisConnection, options: WriteOrderOptions) {
    this.#redis = redis.part('write-order');
    this.#options = options;
    this.#entries = new WriteNewsEntries(options);
    redis.onChange(() => {
      this.#changes += 1;
    });
    this.#resendQueue = new ResendQueue(redis, options.clock, WRITE_LIFE_MS);
    this.#over = new ExpiringMap(options.clock, 2 * WRITE_LIFE_MS, MAX_ENTRIES);
    this.#keepAlive();
  }

  /** It must not be used any more. */
  close(): void {
    this.#options.clock.clearTimeout(this.#renewal);
  }

  async begin(destinationId: DestinationId, write: SentWrite): Promise<() => Promise<void>> {
    const { clock } = this.#options;
    const id = randomUUID();
    const about = this.#entries.describe(write);
    const announce = (kind: WriteNews['kind']) => this.#add(destinationId, id, kind, about);
    let beat: Timer | undefined;
    const goOn = () => {
      beat = clock.setTimeout(() => {
        void announce('underWay');
        goOn();
      }, BEAT_MS);
      beat.unref();
    };
    await announce('underWay');
    goOn();
    return async () => {
      clock.clearTimeout(beat);
      if (!(await announce('answered'))) this.#announceLater(destinationId);
    };
  }

  /**
   * If Redis was unavailable, it may have lost its data, and writes of that time were not announced; a stream that was read long
   * ago may have expired.
   */
  async read(destinationId: DestinationId): Promise<Reading | null> {
    const before = this.#readings.get(destinationId);
    const now = { at: this.#options.clock.now(), changes: this.#changes };
    const isUnreadForLong = !before || now.at - before.at >= MAX_UNREAD_MS;
    const read = await this.#read(destinationId, isUnreadForLong);
    const reading = this.#redis.takesWrites ? read : null;
    this.#readings.set(destinationId, reading && now);
    if (reading === null || before === undefined) return reading;
    if (before?.changes !== now.changes) return { ...reading, hasGap: true };
    if (reading.hasGap || !isUnreadForLong) return reading;
    // A stream outlives its last write: it contains all recent writes, unless there were more than it can hold.
    const holdsAll = reading.news.length < MAX_READ;
    return { ...reading, hasGap: true, ...(holdsAll && { gapAgeMs: MAX_UNREAD_MS }) };
  }

  async #read(destinationId: DestinationId, isUnreadForLong: boolean): Promise<Reading | null> {
    const known = this.#last.get(destinationId);
    let begun = await this.#readFrom(destinationId, known?.[0]);
    // A reply begins with the last known entry. If it does not, entries may be lost, and all remaining ones are read: a stream
    // that was created anew within a millisecond begins with ids below, or equal to, the last one.
    const isGap = known !== undefined && begun !== null && !isSame(begun[0], known);
    if (isGap) begun = await this.#readFrom(destinationId);
    const isFirst = known === undefined || isGap;
    if (isFirst && begun?.length === 0) begun = await this.#openStream(destinationId);
    const rest = begun && (await this.#readRest(destinationId, begun));
    if (begun === null || rest === null) return null;
    const entries = [...(isFirst ? begun : begun.slice(1)), ...rest.entries];
    const last = entries.at(-1) ?? (isGap ? undefined : known);
    if (last === undefined) this.#last.delete(destinationId);
    else this.#last.set(destinationId, last);
    const mayBeOld = isFirst || isUnreadForLong;
    return {
      news: entries.flatMap((entry) => this.#newsIn(destinationId, entry, mayBeOld) ?? []),
      hasGap: isGap || rest.hasGap,
    };
  }

  /** Reads what follows the first reply, if that has the maximum length. */
  async #readRest(
    destinationId: DestinationId,
    begun: readonly StreamEntry[],
  ): Promise<{ readonly entries: readonly StreamEntry[]; readonly hasGap: boolean } | null> {
    const entries: StreamEntry[] = [];
    let reply = begun;
    for (let commands = 1; reply.length >= MAX_READ; commands += 1) {
      const last = reply.at(-1);
      if (last === undefined || commands === MAX_COMMANDS) return { entries, hasGap: true };
      const next = await this.#readFrom(destinationId, last[0]);
      if (next === null) return null;
      if (!isSame(next[0], last)) return { entries: [...entries, ...next], hasGap: true };
      entries.push(...next.slice(1));
      reply = next;
    }
    return { entries, hasGap: false };
  }

  /**
   * Adds an entry to an empty stream: if Redis lost its data after a write that this replica has not read, a stream that is empty as
   * before would not show it. Returns all entries; null if none can be read.
   */
  async #openStream(destinationId: DestinationId): Promise<readonly StreamEntry[] | null> {
    if (!(await this.#add(destinationId, randomUUID(), 'opened', ''))) return null;
    const entries = await this.#readFrom(destinationId);
    return entries?.length === 0 ? null : entries;
  }

  /** The entries from `from` (inclusive) on, or from the first one; null when there is no reply that can be parsed. */
  async #readFrom(destinationId: DestinationId, from = '-'): Promise<readonly StreamEntry[] | null> {
    const command = ['XRANGE', this.#keyOf(destinationId), from, '+', 'COUNT', String(MAX_READ)];
    return this.#redis.execute(`read ${destinationId}`, boundedSchema, ...command).catch(() => null);
  }

  /**
   * Null for an entry of this replica, and for one of a write that is over. An entry without a valid recent signature counts as
   * the end of a write that may concern every patient: calls in flight are then too old, and no query waits. `mayBeOld`: entries
   * may have become old before they were read.
   */
  #newsIn(destinationId: DestinationId, [entryId, texts]: StreamEntry, mayBeOld: boolean): WriteNews | null {
    const news = this.#entries.open(destinationId, texts);
    if (news === null || (news === 'old' && !mayBeOld)) {
      this.#redis.misread(`entries of ${destinationId}`);
      return { id: entryId, kind: 'answered', patient: ANY_PATIENT, removed: null };
    }
    if (news === 'old' || news === 'no-news' || this.#over.get(news.id) !== undefined) return null;
    if (news.kind === 'answered') this.#over.set(news.id, true);
    return news;
  }

  /** Whether Redis has taken it. */
  async #add(destinationId: DestinationId, id: string, kind: EntryKind, about: string): Promise<boolean> {
    const key = this.#keyOf(destinationId);
    const entry = this.#entries.close(destinationId, id, kind, about);
    const add = ['XADD', key, 'MAXLEN', '~', String(MAX_ENTRIES), '*', ...entry];
    const [added] = await Promise.allSettled([
      this.#redis.execute(`add ${destinationId}`, z.string(), ...add),
      this.#liveOn(destinationId),
    ]);
    return added.status === 'fulfilled';
  }

  /** Announces a write that may be about any patient: the other replicas cannot know whether what they remember is older. */
  #announceLater(destinationId: DestinationId): void {
    const announce = () => this.#add(destinationId, randomUUID(), 'answered', '');
    this.#resendQueue.keep(destinationId, announce);
  }

  /** Keeps a stream that is read from expiring without writes: if it expired, all remembered answers would be forgotten. */
  #keepAlive(): void {
    this.#renewal = this.#options.clock
      .setTimeout(() => {
        this.#keepAlive();
        for (const destinationId of this.#last.keys()) this.#liveOn(destinationId).catch(() => undefined);
      }, WRITE_LIFE_MS / 2)
      // The timer must not keep the process alive.
      .unref();
  }

  async #liveOn(destinationId: DestinationId): Promise<void> {
    const command = ['PEXPIRE', this.#keyOf(destinationId), String(WRITE_LIFE_MS)];
    await this.#redis.execute(`expire ${destinationId}`, z.int(), ...command);
  }

  #keyOf(destinationId: DestinationId): string {
    return `redox-media:write-order:${this.#options.name}:${destinationId}`;
  }
}

/** Entries contain random ids: two are equal only when they are the same entry. */
function isSame(one: StreamEntry | undefined, other: StreamEntry): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
