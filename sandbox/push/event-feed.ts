/** One subscription: the events of one source for one subscriber, first in, first out, one at a time. */
import type { PushEndpoint } from './push-endpoint.ts';
import { type PushedEvent, writeMessage } from './pushed-event.ts';

/**
 * Redox's queue has no limit. The sandbox is a process on a developer's machine, and a subscriber that stays disconnected must
 * not fill its memory. This is a day of a document every ten seconds; the byte limit is a few of the largest messages.
 */
export const MAX_QUEUED_EVENTS = 10_000;
const MAX_QUEUED_BYTES = 256 * 1024 * 1024;

export class EventFeed {
  readonly #endpoint: PushEndpoint;
  readonly #reportLoss: () => void;
  readonly #queue: PushedEvent[] = [];
  /** Base64 has a byte a character. */
  #queuedBytes = 0;
  #isSending = false;
  #hasLost = false;

  /** `reportLoss` is called once when the queue is full, and again only after it has been empty. */
  constructor(endpoint: PushEndpoint, reportLoss: () => void) {
    this.#endpoint = endpoint;
    this.#reportLoss = reportLoss;
  }

  add(event: PushedEvent): void {
    this.#queue.push(event);
    this.#queuedBytes += sizeOf(event);
    // The newest event is kept whatever its size, as it describes the chart best.
    while (this.#queue.length > 1 && this.#isFull()) this.#loseOldest();
    if (!this.#isSending) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    let isAccepted = true;
    while (isAccepted) {
      const event = this.#take();
      if (event === undefined) break;
      isAccepted = await this.#endpoint.deliver(() => writeMessage(event));
    }
    this.#hasLost = false;
    this.#isSending = false;
  }

  #take(): PushedEvent | undefined {
    const event = this.#queue.shift();
    if (event !== undefined) this.#queuedBytes -= sizeOf(event);
    return event;
  }

  #isFull(): boolean {
    return this.#queue.length > MAX_QUEUED_EVENTS || this.#queuedBytes > MAX_QUEUED_BYTES;
  }

  #loseOldest(): void {
    this.#take();
    if (!this.#hasLost) this.#reportLoss();
    this.#hasLost = true;
  }
}

function sizeOf({ contents }: PushedEvent): number {
  return contents?.length ?? 0;
}
