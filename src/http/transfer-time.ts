/** How long the body of a request may take to arrive, and a response to be read: what is not held does not count. */

/** For any body, however small: callers may be far away, and their networks slow. */
const MIN_TIME_MS = 30_000;

/** 2 Mbit/s. Slower callers of large files use `POST /uploads` and content links, where files are not held. */
const MIN_BYTES_PER_SECOND = 256_000;

/** In whole seconds: timers of the same length cost Node next to nothing. */
export function maxTransferMs(bytes: number): number {
  return MIN_TIME_MS + 1000 * Math.ceil(bytes / MIN_BYTES_PER_SECOND);
}
