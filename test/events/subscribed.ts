/** Subscribers with an inbox in memory, and readers of theirs. */
import { GatewayError } from '../../src/errors.ts';
import type { ChangeRequest, MediaChangeEvent } from '../../src/events/changes.ts';
import type { MediaChange } from '../../src/events/media-change.ts';
import { MemoryInbox } from '../../src/events/memory-inbox.ts';
import { type SubscriberLimits, Subscribers } from '../../src/events/subscribers.ts';
import type { EndOfSubscription } from '../../src/events/subscription.ts';
import { destinationAlias, identifierKey } from '../../src/media/model/keys.ts';
import { ALL_RIGHTS, type Rights } from '../../src/media/model/rights.ts';
import type { Identifier } from '../../src/redox/messages.ts';
import { Seal } from '../../src/seal.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { TEST_SECRET } from '../support/settings.ts';
import { receivedEvent } from './received.ts';

export const GENERAL = destinationAlias('general');
export const mr = (id: string): Identifier => ({ id, idType: 'MR' });

export function rightsOf(...identifiers: readonly Identifier[]): Rights {
  return { ...ALL_RIGHTS, patients: new Set(identifiers.map(identifierKey)) };
}

export function requestFor(fields: Partial<ChangeRequest> = {}): ChangeRequest {
  return {
    destination: GENERAL,
    patients: null,
    visitNumbers: null,
    documentTypes: null,
    kinds: null,
    after: null,
    ...fields,
  };
}

const LIMITS: SubscriberLimits = { subscriptions: 1000, subscriptionsPerCaller: 1000, bufferedEvents: 100 };

export interface OpenOptions {
  readonly maxEvents?: number;
  readonly limits?: Partial<SubscriberLimits>;
  readonly secrets?: readonly string[];
}

export function openSubscribers({ maxEvents = 1000, limits, secrets = [TEST_SECRET] }: OpenOptions = {}) {
  const clock = new FakeClock();
  const inbox = new MemoryInbox({ clock, maxEvents, epoch: 'test' });
  const ends: EndOfSubscription[] = [];
  const delivered: ('live' | 'replay')[] = [];
  const counts = { replays: 0 };
  const subscribers = new Subscribers({
    inbox,
    seal: new Seal(secrets, 'change'),
    limits: { ...LIMITS, ...limits },
    clock,
    report: {
      replayed: () => {
        counts.replays += 1;
      },
      delivered: (receivedAt) => delivered.push(receivedAt === null ? 'replay' : 'live'),
      ended: (reason) => ends.push(reason),
    },
  });
  inbox.listen(subscribers);
  let recorded = 0;
  return {
    inbox,
    subscribers,
    ends,
    delivered,
    counts,
    subscribe(
      fields: Partial<ChangeRequest> = {},
      rights: Rights = ALL_RIGHTS,
      { signal = new AbortController().signal, subject = 'a caller' } = {},
    ) {
      const caller = { subject, clientId: null, token: null, rights };
      return subscribers.subscribe(requestFor(fields), { caller, signal });
    },
    /** Each has a document of its own, named in the order in which they are recorded. */
    async record(fields: Partial<MediaChange> = {}): Promise<string> {
      recorded += 1;
      const documentId = fields.documentId ?? `SYN-D-${recorded}`;
      await inbox.record(receivedEvent(documentId, { documentDescription: String(recorded), ...fields }));
      return documentId;
    },
  };
}

/** The next so many events; it waits for them. */
export async function take(
  stream: AsyncGenerator<MediaChangeEvent, void, void>,
  count: number,
): Promise<MediaChangeEvent[]> {
  const events: MediaChangeEvent[] = [];
  while (events.length < count) {
    const { value } = await stream.next();
    if (value === undefined) throw new Error(`the stream ended after ${events.length} events`);
    events.push(value);
  }
  return events;
}

export const documentsOf = (events: readonly MediaChangeEvent[]) =>
  events.map(({ change }) => change.documentId);

/** What is there for a subscription now: it is stopped, and so ends after the last event. */
export async function drain(
  subscribers: Subscribers,
  stream: AsyncGenerator<MediaChangeEvent, void, void>,
): Promise<MediaChangeEvent[]> {
  subscribers.close();
  const events: MediaChangeEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

/** The code of the error that is thrown; null for none. */
export function codeOf(work: () => unknown): string | null {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
  return null;
}
