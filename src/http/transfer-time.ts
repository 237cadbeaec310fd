/**
 * How long a request body may take to arrive, and a response to be read. Uploads and downloads, which are not held, have other
 * limits.
 */

/** For any body, however small: clients may be far away, and their networks slow. */
const MIN_TIME_MS = 30_000;

/** 2 Mbit/s. Slower clients with large files use `POST /uploads` and content links, where files are not held. */
const MIN_BYTES_PER_SECOND = 256_000;

/** In whole seconds: timers of equal duration cost Node almost nothing. */
export function maxTransferMs(bytes: number): number {
  return MIN_TIME_MS + 1000 * Math.ceil(bytes / MIN_BYTES_PER_SECOND);
}
