/** Digests by which a repeated event is recognised: of the message, and of the source and document that it is about. */
import { hash } from 'node:crypto';
import type { InlineContents } from '../redox/messages.ts';
import { asObject, type JsonObject } from '../redox/wire/loose-json.ts';

/**
 * A digest of a message without `Meta`, which differs each time that Redox sends it; only the data model and the event type of
 * `Meta` are included. It is computed from the values of the JSON: the order of properties and blanks do not matter. Null for a
 * message that is nested too deeply to be written.
 */
export function digestWithoutMeta(message: JsonObject, files: readonly InlineContents[]): string | null {
  const { Meta, ...rest } = message;
  const meta = asObject(Meta);
  const written = writeSorted([meta?.['DataModel'], meta?.['EventType'], rest, files]);
  return written && hash('sha256', written, 'base64url');
}

/** Equal for equal lists of texts. */
export function digestOfSeries(parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

function writeSorted(value: unknown): string | null {
  try {
    return JSON.stringify(value, (_, inner: unknown) => sortMembers(inner));
  } catch (error) {
    // JSON.parse accepts any depth, while writing JSON, and processing it, is recursive.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function sortMembers(value: unknown): unknown {
  const object = asObject(value);
  if (object === null) return value;
  return Object.fromEntries(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1)));
}
