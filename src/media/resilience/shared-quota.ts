/** A quota that other processes use too. */

/** The right to one call, for as long as it lasts. */
export interface Permit {
  end(): void;
}

export interface SharedQuota {
  /** How long the next call has to wait, in milliseconds; 0 to start now. Submitted again, it may be less. */
  readonly delayMs: number;
  /** A call starts; only while `delayMs` is 0. */
  start(): Permit;
}
