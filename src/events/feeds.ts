/** Knows the destinations of which all events arrive, whose answers may be remembered for longer. */
import type { Clock } from '../clock.ts';
import type { DestinationAlias } from '../media/model/keys.ts';
import type { Inbox, InboxListener } from './inbox.ts';
import type { RecordedEvent } from './media-change.ts';

/**
 * Redox sends no heartbeats: a feed without an event for this long may be paused, or may never have been set up. A hospital files
 * documents every few minutes; at night, when it does not, its charts do not cost many calls either.
 */
const MAX_QUIET_MS = 3_600_000;

interface Feed {
  /** The time of the first event after a quiet period, and of the last one. */
  since: number;
  last: number;
}

export class Feeds implements InboxListener {
  readonly #inbox: Pick<Inbox, 'health'>;
  readonly #clock: Pick<Clock, 'now'>;
  /** Destinations from which an event has arrived. */
  readonly #feeds = new Map<DestinationAlias, Feed>();
  /** When events were last missed. */
  #missedAt = Number.NEGATIVE_INFINITY;

  constructor(inbox: Pick<Inbox, 'health'>, clock: Pick<Clock, 'now'>) {
    this.#inbox = inbox;
    this.#clock = clock;
  }

  recorded({ event: { destination } }: RecordedEvent): void {
    if (destination === null) return;
    const now = this.#clock.now();
    const feed = this.#feeds.get(destination);
    if (feed === undefined) this.#feeds.set(destination, { since: now, last: now });
    else {
      if (now - feed.last >= MAX_QUIET_MS) feed.since = now;
      feed.last = now;
    }
  }

  missed(): void {
    this.#missedAt = this.#clock.now();
  }

  /** Since when all events of a destination have been received, in milliseconds of the clock; infinite while they are not. */
  liveSince(destination: DestinationAlias): number {
    const { upSince } = this.#inbox.health;
    const feed = this.#feeds.get(destination);
    if (upSince === null || feed === undefined) return Number.POSITIVE_INFINITY;
    if (this.#clock.now() - feed.last >= MAX_QUIET_MS) return Number.POSITIVE_INFINITY;
    return Math.max(upSince, feed.since, this.#missedAt);
  }
}
