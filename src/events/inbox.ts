/** Where events are recorded before Redox hears that they arrived, and from where every replica reads them in one order. */
import type { ReceivedEvent, RecordedEvent } from './media-change.ts';

/** Hears of every event in the order of the inbox, those that other replicas recorded as well. It must not throw. */
export interface InboxListener {
  recorded(event: RecordedEvent): void;
  /** Events were missed that can no longer be read: whatever is remembered may be old. */
  missed(): void;
}

export interface InboxHealth {
  /** When an event or a sign of life of the inbox was last seen, in milliseconds of the clock; null: never. */
  readonly lastSeen: number | null;
  /** Whether events can be recorded and read, as far as is known. */
  readonly isUp: boolean;
  /** Since when that has been so without a break, in milliseconds of the clock; null: it is not so now. */
  readonly upSince: number | null;
}

export interface Inbox {
  /** Before questions are answered: resolves when later events are heard of, as far as that can be waited for. */
  start(): Promise<void>;
  /**
   * Resolves once the event is recorded and this replica's listeners have heard of it. `repeated`: it equals the last one of its
   * series, and was not recorded again. @throws (rejects) when it cannot be recorded: Redox then keeps it.
   */
  record(event: ReceivedEvent): Promise<'recorded' | 'repeated'>;
  /**
   * Resolves when the listeners have heard of all events that any replica recorded until now; to false when that cannot be known.
   * Null: no other replica records events here. Never rejects.
   */
  catchUp(): Promise<boolean> | null;
  /** Returns the function that ends it. */
  listen(listener: InboxListener): () => void;
  /**
   * The events after a position, oldest first, at most `count`; `expired` where the inbox no longer holds all that followed it,
   * or never knew it. Null: from the oldest one that is held. Rejects while the inbox cannot be read.
   */
  readAfter(position: string | null, count: number): Promise<readonly RecordedEvent[] | 'expired'>;
  /** The position of the newest event that the listeners have heard of; null before the first. */
  readonly newest: string | null;
  /** How two positions compare: below 0 where `one` comes first. */
  compare(one: string, other: string): number;
  readonly health: InboxHealth;
  close(): void;
}
