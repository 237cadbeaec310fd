/** A subscriber to events: the values that its owner enters in Redox's dashboard, and what pushing needs of the sandbox. */

export interface Subscriber {
  /** The URL to which events are posted, e.g. http://127.0.0.1:4000/redox/events. */
  readonly url: string;
  /** Sent with every request, so that the subscriber can authenticate it. */
  readonly verificationToken: string;
}

export interface PushingParts {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Resolves after so many milliseconds, or when the signal fires. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Called with one sentence about the outcome of a push; it contains nothing about patients. */
  readonly report: (sentence: string) => void;
}
