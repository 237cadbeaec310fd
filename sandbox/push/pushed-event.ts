/** An event that waits for its delivery, and the message of each attempt. */
import { randomUUID } from 'node:crypto';
import type { DestinationAlias } from '../charts/chart.ts';
import { SOURCE_IDS, SYSTEM_NAMES } from '../server/destinations.ts';
import type { MediaEvent } from '../server/media-event.ts';
import { MAX_MESSAGE_BYTES } from '../server/replies.ts';

/** The destination of the sandbox's events, as Redox names it: the subscriber's own endpoint. */
const EVENTS_DESTINATION = {
  ID: '7d50c3be-94a1-4f2e-8b06-e3f1a2649c70',
  Name: 'Media Gateway, events (synthetic)',
};

export interface PushedEvent {
  readonly source: DestinationAlias;
  /** `Meta` without the parts that differ in each attempt. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** The message as it was written, without Meta. */
  readonly message: Readonly<Record<string, unknown>> & { readonly Media: Readonly<Record<string, unknown>> };
  /** The same string as in the chart, so that waiting takes no second copy of the file. Null: the event has none. */
  readonly contents: string | null;
}

/**
 * The event by which the system informs its subscribers of a write. `written` is the message as it arrived, which contains more
 * than the chart keeps: provider, authenticator, availability.
 */
export function pushedEvent(event: MediaEvent, written: unknown, now: number): PushedEvent {
  const { Meta, Media, ...rest } = membersOf(written);
  return {
    source: event.destination,
    meta: {
      DataModel: 'Media',
      EventType: event.type,
      EventDateTime: new Date(now).toISOString(),
      Test: membersOf(Meta)['Test'] ?? false,
      Source: { ID: SOURCE_IDS[event.destination], Name: SYSTEM_NAMES[event.destination] },
      Destinations: [EVENTS_DESTINATION],
    },
    message: { ...rest, Media: membersOf(Media) },
    contents: event.adds?.fileContents ?? null,
  };
}

/** Every attempt has its own ids: a repeated event cannot be recognised by anything in Meta. */
export function writeMessage({ meta, message, contents }: PushedEvent): string {
  const { FileContents: asWritten, ...media } = message.Media;
  const write = (inMedia: object) =>
    JSON.stringify({
      Meta: { ...meta, Logs: [{ ID: randomUUID(), AttemptID: randomUUID() }] },
      ...message,
      Media: { ...media, ...inMedia },
    });
  if (contents === null) return write({});
  const inline = write({ FileContents: contents });
  // A file that was uploaded separately may not fit into one message.
  return Buffer.byteLength(inline) > MAX_MESSAGE_BYTES ? write({ FileContents: asWritten }) : inline;
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
