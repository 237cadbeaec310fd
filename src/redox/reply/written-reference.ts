/** Distinguishes references from files in contents as they are written in JSON, perhaps with escapes. */
import { beginsLikeReference, isReference, MAX_REFERENCE_BYTES } from '../wire/content-reference.ts';

/** A character may be written as an escape of this length. */
const ESCAPE_BYTES = 6;

/** The longest spelling of a reference, every character as an escape, and its closing quote. */
export const MAX_WRITTEN_REFERENCE_BYTES = MAX_REFERENCE_BYTES * ESCAPE_BYTES + 1;

/** JSON has no short escape for any character of a URI scheme. */
const UNICODE_ESCAPE = /\\u([\da-f]{4})/gi;
const OPEN_ESCAPE = /\\(?:u[\da-f]{0,3})?$/i;

/** The first bytes of `http`, `https` and `urn`, and of an escape. Nearly all files begin with another byte. */
const FIRST_BYTES_OF_REFERENCES: ReadonlySet<number> = new Set(Buffer.from('hHuU\\'));

/** The number of bytes that show whether contents may be a reference: the longest scheme with its colon. */
const WRITTEN_SCHEME_BYTES = 'https:'.length * ESCAPE_BYTES;

/** Whether contents that begin with this byte may be a reference. */
export function mayBeginReference(first: number | undefined): boolean {
  return first === undefined || FIRST_BYTES_OF_REFERENCES.has(first);
}

/** Whether contents with this beginning may be a reference. */
export function mayBecomeReference(beginning: Buffer): boolean {
  if (!mayBeginReference(beginning[0])) return false;
  const written = beginning.toString('latin1', 0, WRITTEN_SCHEME_BYTES);
  if (!written.includes('\\')) return beginsLikeReference(written);
  const text = written.replace(OPEN_ESCAPE, '').replace(UNICODE_ESCAPE, (_, hex: string) => {
    return String.fromCharCode(Number.parseInt(hex, 16));
  });
  return beginsLikeReference(text);
}

/** A text that JSON.parse refuses is the contents of a file: nothing in a file may make the reply invalid. */
export function isWrittenReference(text: Buffer): boolean {
  try {
    return isReference(String(JSON.parse(`"${text.toString()}"`)));
  } catch {
    return false;
  }
}
