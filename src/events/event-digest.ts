/** The digests by which an event that is sent again is recognised: of the message, and of the source and document that it is about. */
import { hash } from 'node:crypto';
import type { InlineContents } from '../redox/messages.ts';
import { asObject, type JsonObject } from '../redox/wire/loose-json.ts';

/**
 * A digest of all of a message but `Meta`, which differs each time that Redox sends it; of that only, what the message is. It is that
 * of the JSON's values: the order of members and blanks between them say nothing. Null for a message that is nested too deeply to be written.
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
    // JSON.parse reads any depth; what writes JSON, and what else reads it, calls itself.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function sortMembers(value: unknown): unknown {
  const object = asObject(value);
  if (object === null) return value;
  return Object.fromEntries(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1)));
}
