/** How old an answer one operation accepts: what its request's `Cache-Control` comes to (RFC 9111 §5.2.1). */

export interface Freshness {
  /** How old the answer to a new question may be, in milliseconds, at most RECENT_SECONDS; 0: Redox is asked. */
  readonly maxAgeMs: number;
  /** Whether cursors and links are answered from the answers that they come from; not with `no-cache` and `no-store`. */
  readonly mayReadReferences: boolean;
  /** Whether what Redox answers may be remembered; not with `no-store`. */
  readonly mayRemember: boolean;
  /** Nothing is asked of Redox (`only-if-cached`). */
  readonly onlyRemembered: boolean;
}

/** Of a request that says nothing, where MAX_AGE_SECONDS is 0. */
export const FRESH: Freshness = {
  maxAgeMs: 0,
  mayReadReferences: true,
  mayRemember: true,
  onlyRemembered: false,
};
