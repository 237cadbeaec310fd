/** Whether a URL can be read: what stands in it is UTF-8 in percent-encoding. */

/** No path that a route has, nor one that any can have. */
const NOWHERE = '/%EF%BF%BD';

/**
 * The URL, or one that leads nowhere for a path with a broken escape: that would be answered before any hook has run, so
 * without the headers that every answer has.
 */
export function leadSomewhere(url: string): string {
  try {
    decodeURI(url.split(/[?#]/, 1)[0] ?? '');
    return url;
  } catch {
    return NOWHERE;
  }
}

/** Whether a query says what it was meant to say: other bytes would become the same character, whatever they are. */
export function isEncodedUtf8(search: string): boolean {
  try {
    decodeURIComponent(search);
    return true;
  } catch {
    return false;
  }
}
