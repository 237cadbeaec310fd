/**
 * The store in which events are recorded before Redox gets its response, and from which every replica reads them in the same
 * order.
 */
import type { ReceivedEvent, RecordedEvent } from './media-change.ts';

/** Receives every event in the order of the inbox, including those that other replicas recorded. It must not throw. */
export interface InboxListener {
  recorded(event: RecordedEvent): void;
  /** Called when events were missed that can no longer be read: every remembered answer may be outdated. */
  missed(): void;
}

export interface InboxHealth {
  /** When an event or a heartbeat of the inbox was last seen, in milliseconds of the clock; null: never. */
  readonly lastSeen: number | null;
  /** Whether events can be recorded and read, as far as is known. */
  readonly isUp: boolean;
  /** Since when that has been the case without interruption, in milliseconds of the clock; null: it is not the case now. */
  readonly upSince: number | null;
}

export interface Inbox {
  /**
   * To be called before queries are answered: resolves when all later events will be received, or when that cannot be waited for
   * any longer.
   */
  start(): Promise<void>;
  /**
   * Resolves when the event is recorded and this replica's listeners have received it. `repeated`: it equals the last one of its
   * series, and was not recorded again. Rejects when it cannot be recorded: Redox then keeps it.
   */
  record(event: ReceivedEvent): Promise<'recorded' | 'repeated'>;
  /**
   * Resolves when the listeners have received all events that any replica recorded until now; to false when that cannot be known.
   * Null: no other replica records events here. Never rejects.
   */
  catchUp(): Promise<boolean> | null;
  /** Returns the function that removes the listener. */
  listen(listener: InboxListener): () => void;
  /**
   * The events after a position, oldest first, at most `count`; `expired` if the inbox no longer has all events after the
   * position, or never knew it. Null: from the oldest event on. Rejects while the inbox cannot be read.
   */
  readAfter(position: string | null, count: number): Promise<readonly RecordedEvent[] | 'expired'>;
  /** The position of the newest event that the listeners have received; null before the first. */
  readonly newest: string | null;
  /** Compares two positions: negative if `one` comes first. */
  compare(one: string, other: string): number;
  readonly health: InboxHealth;
  close(): void;
}
