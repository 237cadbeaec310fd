/** Passes each write to every subscriber of every source; each pair has a feed of its own, as at Redox. */
import { ALIASES } from '../server/destinations.ts';
import type { MediaEvent } from '../server/media-event.ts';
import { EventFeed, MAX_QUEUED_EVENTS } from './event-feed.ts';
import { PushEndpoint } from './push-endpoint.ts';
import { pushedEvent } from './pushed-event.ts';
import type { PushingParts, Subscriber } from './subscriber.ts';

interface Subscription {
  readonly endpoint: PushEndpoint;
  readonly feeds: ReadonlyMap<string, EventFeed>;
}

export class Subscriptions {
  readonly #parts: PushingParts;
  readonly #subscriptions = new Set<Subscription>();

  constructor(parts: PushingParts) {
    this.#parts = parts;
  }

  /** From now on, writes are pushed to the subscriber, once it is verified. Returns a function that ends this at once. */
  add(subscriber: Subscriber): () => void {
    const endpoint = new PushEndpoint(subscriber, this.#parts);
    const reportLoss = () =>
      this.#parts.report(
        `More than ${MAX_QUEUED_EVENTS} events, or 256 MiB of files, wait for ${subscriber.url}: the oldest are given up.`,
      );
    const feeds = new Map(ALIASES.map((source) => [source, new EventFeed(endpoint, reportLoss)]));
    const subscription = { endpoint, feeds };
    this.#subscriptions.add(subscription);
    return () => {
      this.#subscriptions.delete(subscription);
      endpoint.end();
    };
  }

  /** `written`: the message as it arrived. */
  publish(event: MediaEvent, written: unknown): void {
    if (this.#subscriptions.size === 0) return;
    const pushed = pushedEvent(event, written, this.#parts.clock());
    for (const { feeds } of this.#subscriptions) feeds.get(pushed.source)?.add(pushed);
  }

  endAll(): void {
    for (const { endpoint } of this.#subscriptions) endpoint.end();
    this.#subscriptions.clear();
  }
}
