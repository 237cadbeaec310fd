/** Checks that a URL is percent-encoded UTF-8. */

/** A path that no route can have. */
const NOWHERE = '/%EF%BF%BD';

/**
 * The URL, or the path of no route where it has an invalid escape. Fastify would respond to that one before any hook runs,
 * and so without the headers that every response must have.
 */
export function replaceInvalidPath(url: string): string {
  try {
    decodeURI(url.split(/[?#]/, 1)[0] ?? '');
    return url;
  } catch {
    return NOWHERE;
  }
}

/** Whether a query string is percent-encoded UTF-8. All other bytes would be decoded to the same character. */
export function isEncodedUtf8(search: string): boolean {
  try {
    decodeURIComponent(search);
    return true;
  } catch {
    return false;
  }
}
