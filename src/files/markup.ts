/** Recognises HTML, SVG and all other XML by its beginning, in any encoding that browsers read. */

/** White space that HTML and XML allow before the first tag, byte order marks, and the zeros of UTF-16. */
const BEFORE_MARKUP = /^[\s\0\xef\xbb\xbf\xfe\xff]*</;

/** Null where the file does not begin with a tag; no other file that browsers show does. */
export function readMarkupType(head: Buffer): string | null {
  const text = head.toString('latin1');
  if (!BEFORE_MARKUP.test(text)) return null;
  const start = text.replaceAll('\0', '');
  if (/<svg[\s>]/i.test(start)) return 'image/svg+xml';
  return /<!doctype html|<html[\s>]/i.test(start) ? 'text/html' : 'application/xml';
}
