/** The inbox of one process: a ring buffer of its newest events, which is lost when the process ends. */
import type { Clock } from '../clock.ts';
import type { Inbox, InboxHealth, InboxListener } from './inbox.ts';
import type { ReceivedEvent, RecordedEvent } from './media-change.ts';
import { SeriesDigests } from './series-digests.ts';

/** An estimate: two bytes for each character of an event's JSON cover its strings and the objects around them. */
const BYTES_PER_CHARACTER = 2;

/** Events of a kilobyte are limited by their number; this limits events with texts of megabytes. */
const MAX_BYTES = 67_108_864;

export interface MemoryInboxOptions {
  readonly clock: Clock;
  /** How many events are kept. */
  readonly maxEvents: number;
  /**
   * A text that is unique to this process, without a dot. It is part of every position, which distinguishes positions of an
   * earlier process.
   */
  readonly epoch: string;
}

interface KeptEvent {
  readonly recorded: RecordedEvent;
  readonly bytes: number;
}

export class MemoryInbox implements Inbox {
  readonly #clock: Clock;
  readonly #maxEvents: number;
  readonly #epoch: string;
  readonly #digests: SeriesDigests;
  /** The event with the ordinal n is at index n % maxEvents. */
  readonly #ring: (KeptEvent | undefined)[] = [];
  #listeners: readonly InboxListener[] = [];
  /** The ordinals of the oldest event that is kept, and of the next one. */
  #oldest = 0;
  #next = 0;
  #bytes = 0;
  readonly #startedAt: number;
  #lastSeen: number | null = null;
  #isClosed = false;

  constructor({ clock, maxEvents, epoch }: MemoryInboxOptions) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#maxEvents = maxEvents;
    this.#epoch = epoch;
    this.#digests = new SeriesDigests(maxEvents);
  }

  get newest(): string | null {
    return this.#next === 0 ? null : this.#positionOf(this.#next - 1);
  }

  get health(): InboxHealth {
    const isUp = !this.#isClosed;
    return { lastSeen: this.#lastSeen, isUp, upSince: isUp ? this.#startedAt : null };
  }

  catchUp(): null {
    return null;
  }

  async start(): Promise<void> {}

  async record({ event, digest, series, replacedSeries }: ReceivedEvent): Promise<'recorded' | 'repeated'> {
    if (this.#isClosed) throw new Error('The inbox is closed.');
    this.#lastSeen = this.#clock.now();
    const all = replacedSeries === null ? [series] : [series, replacedSeries];
    if (all.every((one) => this.#digests.isLast(one, digest))) return 'repeated';
    for (const one of all) this.#digests.set(one, digest);
    const recorded = { position: this.#positionOf(this.#next), receivedAt: this.#clock.wallTime(), event };
    this.#keep(recorded);
    for (const listener of this.#listeners) listener.recorded(recorded);
    return 'recorded';
  }

  listen(listener: InboxListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  async readAfter(position: string | null, count: number): Promise<readonly RecordedEvent[] | 'expired'> {
    const from = position === null ? this.#oldest : this.#ordinalAfter(position);
    if (from === null || from < this.#oldest || from > this.#next) return 'expired';
    const events: RecordedEvent[] = [];
    for (let at = from; at < Math.min(from + count, this.#next); at += 1) {
      const kept = this.#ring[at % this.#maxEvents];
      if (kept !== undefined) events.push(kept.recorded);
    }
    return events;
  }

  /** Positions of an earlier process come before all of this one. */
  compare(one: string, other: string): number {
    return (this.#ordinalAfter(one) ?? -1) - (this.#ordinalAfter(other) ?? -1);
  }

  close(): void {
    this.#isClosed = true;
    this.#listeners = [];
  }

  #keep(recorded: RecordedEvent): void {
    if (this.#next - this.#oldest === this.#maxEvents) this.#dropOldest();
    const bytes = JSON.stringify(recorded).length * BYTES_PER_CHARACTER;
    this.#ring[this.#next % this.#maxEvents] = { recorded, bytes };
    this.#next += 1;
    this.#bytes += bytes;
    while (this.#bytes > MAX_BYTES) this.#dropOldest();
  }

  #dropOldest(): void {
    const at = this.#oldest % this.#maxEvents;
    this.#bytes -= this.#ring[at]?.bytes ?? 0;
    this.#ring[at] = undefined;
    this.#oldest += 1;
  }

  #positionOf(ordinal: number): string {
    return `${this.#epoch}.${ordinal}`;
  }

  /** Null for a position of another process, and for a text that is not a position. */
  #ordinalAfter(position: string): number | null {
    const [epoch, ordinal = '', ...rest] = position.split('.');
    const isOwn = epoch === this.#epoch && rest.length === 0 && /^\d{1,15}$/.test(ordinal);
    return isOwn ? Number(ordinal) + 1 : null;
  }
}
