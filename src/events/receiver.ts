/** Receives events: each one is read while it arrives, and recorded before its sender gets a response. */

import type { Clock } from '../clock.ts';
import type { DestinationAlias } from '../media/model/keys.ts';
import { reclaimSpentBytes } from '../redox/reply/buffer-reclaim.ts';
import { EventLoopYield } from '../redox/reply/event-loop-yield.ts';
import { EventReader } from './event-reader.ts';
import type { Inbox } from './inbox.ts';
import type { MediaChangeKind, ReceivedEvent, UnreadableReason } from './media-change.ts';
import { readEvent, type Sources } from './read-event.ts';
import type { Verification } from './verification.ts';

/**
 * Of an event that is too large, this many bytes are read before it is recorded as too large, as most senders read a response
 * only after they have sent everything.
 */
const MAX_READ_BYTES = 100_663_296;

/** A store in the same network takes milliseconds. */
const MAX_RECORD_MS = 10_000;

/** One event, for metrics and the log. */
export interface EventReport {
  /** Null: it did not arrive completely. */
  readonly kind: MediaChangeKind | 'UNREADABLE' | null;
  /** Null for an event that could be read. */
  readonly reason: UnreadableReason | null;
  /** The alias; null if it is not known. */
  readonly destination: DestinationAlias | null;
  /** `failed`: it could not be recorded. `incomplete`: it did not arrive completely. Redox sends both again. */
  readonly outcome: 'recorded' | 'repeated' | 'failed' | 'incomplete';
  /** The time from Redox's time of the event to its recording; null if Redox states none, or it was not recorded. */
  readonly lagMs: number | null;
}

export interface ReceiverParts {
  readonly inbox: Inbox;
  readonly sources: Sources;
  readonly clock: Clock;
  readonly report: (event: EventReport) => void;
}

/** `kept-away`: it must be sent again. */
export type Received = 'taken' | 'kept-away' | Verification;

export class Receiver {
  readonly #parts: ReceiverParts;
  readonly #eventLoop: EventLoopYield;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    this.#eventLoop = new EventLoopYield(parts.clock);
  }

  /**
   * Reads one message of an authenticated sender to its end. It never rejects, whatever the message is, and whether or not it
   * arrives.
   */
  async receive(body: AsyncIterable<Buffer>): Promise<Received> {
    const read = await this.#read(body);
    if (read === null) {
      this.#parts.report({
        kind: null,
        reason: null,
        destination: null,
        outcome: 'incomplete',
        lagMs: null,
      });
      return 'kept-away';
    }
    return 'kind' in read ? read : this.#record(read);
  }

  /** Null when the body does not arrive completely. */
  async #read(body: AsyncIterable<Buffer>): Promise<ReceivedEvent | Verification | null> {
    const reader = new EventReader();
    let bytes = 0;
    try {
      for await (const chunk of body) {
        reader.push(chunk);
        reclaimSpentBytes(chunk.length);
        bytes += chunk.length;
        if (bytes > MAX_READ_BYTES) break;
        await this.#eventLoop.add(chunk.length);
      }
    } catch {
      return null;
    }
    return readEvent(reader.end(), this.#parts.sources);
  }

  /**
   * A store that neither records nor fails would occupy all slots for events. An event that it records later is recognised as
   * repeated when it is sent again.
   */
  #inTime<T>(recording: Promise<T>): Promise<T> {
    const { clock } = this.#parts;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = clock.setTimeout(
      () => reject(new Error('The event was not recorded in time.')),
      MAX_RECORD_MS,
    );
    recording.then(resolve, reject).finally(() => clock.clearTimeout(timer));
    return promise;
  }

  async #record(received: ReceivedEvent): Promise<'taken' | 'kept-away'> {
    const { inbox, clock, report } = this.#parts;
    const { event, sentAt } = received;
    const { kind, destination } = event;
    const about = { kind, destination, reason: event.kind === 'UNREADABLE' ? event.reason : null };
    try {
      const outcome = await this.#inTime(inbox.record(received));
      const lagMs = sentAt === null || outcome === 'repeated' ? null : Math.max(0, clock.wallTime() - sentAt);
      report({ ...about, outcome, lagMs });
      return 'taken';
    } catch {
      report({ ...about, outcome: 'failed', lagMs: null });
      return 'kept-away';
    }
  }
}
