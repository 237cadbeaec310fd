/** Tells a reference, which stands in FileContents in place of a file, from the file itself. */

/** As long as any URI that programs pass on in full; a file of that size is not worth hiding. */
export const MAX_REFERENCE_BYTES = 2000;

/** URIs of the web name their host; a URN has its namespace (RFC 8141 §2). */
const ABSOLUTE = /^(?:https?:\/\/[^/?#]|urn:[a-z0-9][a-z0-9-]{0,31}:.)/i;
const SCHEMES = ['http:', 'https:', 'urn:'];

/** Whitespace, control and format characters, halves of characters, and what is no character. */
const NOT_IN_URI = /[\s\p{C}]/u;

/**
 * Only an absolute URI is one: all else is contents, of which no caller without `content:read` may see a byte, whatever they begin
 * like. `data:` URIs are files.
 */
export function isReference(text: string): boolean {
  return (
    Buffer.byteLength(text) <= MAX_REFERENCE_BYTES &&
    ABSOLUTE.test(text) &&
    !NOT_IN_URI.test(text) &&
    URL.canParse(text)
  );
}

/** Whether a text that begins like this may be a reference. */
export function beginsLikeReference(beginning: string): boolean {
  const text = beginning.toLowerCase();
  return SCHEMES.some((scheme) => scheme.startsWith(text) || text.startsWith(scheme));
}
