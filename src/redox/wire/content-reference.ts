/** Decides whether FileContents contains a reference to a file or the file itself. */

/** The maximum length of a URI that most programs pass on. */
export const MAX_REFERENCE_BYTES = 2000;

/** An http or https URI with a host, or a URN with a namespace (RFC 8141 §2). */
const ABSOLUTE = /^(?:https?:\/\/[^/?#]|urn:[a-z0-9][a-z0-9-]{0,31}:.)/i;
const SCHEMES = ['http:', 'https:', 'urn:'];

/** The first letters of `http`, `https` and `urn`, in lower case. */
const [LETTER_H, LETTER_U, LOWER_CASE] = [0x68, 0x75, 0x20];

/** Whitespace, control and format characters, unpaired surrogates, and code points that are not characters. */
const NOT_IN_URI = /[\s\p{C}]/u;

/**
 * Only an absolute URI is a reference. Every other text is the contents of a file, of which a caller without `content:read` may
 * see no byte. `data:` URIs are files.
 */
export function isReference(text: string): boolean {
  const first = text.charCodeAt(0) | LOWER_CASE;
  if (first !== LETTER_H && first !== LETTER_U) return false;
  return (
    ABSOLUTE.test(text) &&
    Buffer.byteLength(text) <= MAX_REFERENCE_BYTES &&
    !NOT_IN_URI.test(text) &&
    URL.canParse(text)
  );
}

/** Whether a text with this beginning may be a reference. */
export function beginsLikeReference(beginning: string): boolean {
  const text = beginning.toLowerCase();
  return SCHEMES.some((scheme) => scheme.startsWith(text) || text.startsWith(scheme));
}
