/** How old an answer one operation accepts, as derived from the `Cache-Control` of its request (RFC 9111 §5.2.1). */

export interface Freshness {
  /** The maximum age of the answer to a new query, in milliseconds, at most RECENT_SECONDS; 0: Redox is queried. */
  readonly maxAgeMs: number;
  /** Whether cursors and links are served from the answers that they refer to; not with `no-cache` and `no-store`. */
  readonly mayReadReferences: boolean;
  /** Whether answers of Redox may be remembered; not with `no-store`. */
  readonly mayRemember: boolean;
  /** Whether Redox must not be queried (`only-if-cached`). */
  readonly onlyRemembered: boolean;
}

/** For a request without directives, if MAX_AGE_SECONDS is 0. */
export const FRESH: Freshness = {
  maxAgeMs: 0,
  mayReadReferences: true,
  mayRemember: true,
  onlyRemembered: false,
};
