/** Recognises HTML, SVG and all other XML by its beginning, in any encoding that browsers read. */

/**
 * White space that HTML and XML allow before the first tag, byte order marks, and the zeros of UTF-16. A note may begin with
 * `<5`, but a tag, a comment or a declaration begins only with these characters (HTML §13.2.5.6, XML §2.3).
 */
const BEGIN_OF_MARKUP = /^[\s\0\xef\xbb\xbf\xfe\xff]*<\0*[a-z_:!?/\x80-\xff]/i;

/** The first element: after declarations, comments and a document type. */
const FIRST_ELEMENT = /<(?:[\w.-]+:)?([a-z]\w*)/i;

/** Elements with which pages and their fragments begin. */
const HTML_ELEMENT =
  /^(?:html|head|body|meta|title|style|script|link|base|p|div|span|pre|h\d|a|b|i|u|br|hr|font|center|ul|ol|li|table|form|input|img|iframe|object|embed)$/;

/** Null if the file does not begin with a tag; browsers show no other file as markup. */
export function readMarkupType(head: Buffer): string | null {
  const text = head.toString('latin1');
  if (!BEGIN_OF_MARKUP.test(text)) return null;
  const start = text.replaceAll('\0', '').toLowerCase();
  const [, element = ''] = FIRST_ELEMENT.exec(start) ?? [];
  if (element === 'svg') return 'image/svg+xml';
  return HTML_ELEMENT.test(element) || start.includes('<!doctype html') ? 'text/html' : 'application/xml';
}
