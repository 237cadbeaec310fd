/** Checks that a URL is percent-encoded UTF-8. */

/** A path that no route can have. */
const NOWHERE = '/%EF%BF%BD';

/**
 * The URL, or a path that no route has if the URL has an invalid escape. Fastify would respond to such a URL before any hook
 * runs, and so without the headers that every response must have.
 */
export function replaceInvalidPath(url: string): string {
  try {
    decodeURI(url.split(/[?#]/, 1)[0] ?? '');
    return url;
  } catch {
    return NOWHERE;
  }
}

/** Whether a query string is percent-encoded UTF-8. Invalid bytes would all be decoded to the same character. */
export function isEncodedUtf8(search: string): boolean {
  try {
    decodeURIComponent(search);
    return true;
  } catch {
    return false;
  }
}
