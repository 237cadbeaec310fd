/** Who is pushed to: what its owner enters in Redox's dashboard, and what the pushing needs of the sandbox. */

export interface Subscriber {
  /** Where events are posted to, e.g. http://127.0.0.1:4000/redox/events. */
  readonly url: string;
  /** Sent with every request, so that the subscriber knows who calls. */
  readonly verificationToken: string;
}

export interface PushingParts {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Resolves after so many milliseconds, or when the signal fires. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Hears one sentence of what became of a push; nothing of patients is in it. */
  readonly report: (sentence: string) => void;
}
