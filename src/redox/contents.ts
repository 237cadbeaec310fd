/** Decodes file contents: base64 as senders really write it, and nothing that merely resembles it. */

const WHITESPACE = /[ \t\r\n\f\v]+/g;
const FOREIGN = /[^A-Za-z0-9+/]/;

/**
 * The file's bytes, or null when the text is not base64 of the standard alphabet with its padding (RFC 4648 §4): sandboxes
 * are known to send placeholder text, which Buffer.from alone would turn into garbage bytes. ASCII whitespace may
 * stand anywhere, as Ruby senders break the line every 60 characters.
 */
export function decodeContents(text: string): Buffer | null {
  const packed = text.replace(WHITESPACE, '');
  if (packed.length % 4 !== 0) return null;
  const padding = packed.endsWith('==') ? 2 : packed.endsWith('=') ? 1 : 0;
  // A search for one foreign character never backtracks; a pattern for the whole exhausts the stack at 40 MB.
  if (FOREIGN.test(packed.slice(0, packed.length - padding))) return null;
  return Buffer.from(packed, 'base64');
}
