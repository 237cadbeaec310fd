/**
 * The closed family of errors that callers may see. Everything else is masked.
 * The message is one fixed sentence a code: never input, never upstream text, never a stack.
 */
const SENTENCES = {
  BAD_USER_INPUT: 'An argument of this field is not acceptable.',
  UNAUTHENTICATED: 'A valid bearer token is needed.',
  FORBIDDEN: 'Your rights do not cover this.',
  AMBIGUOUS_VISIT: 'Several patients share this visit number; reach the visit through its patient.',
  CONTENT_TOO_LARGE: 'The file is larger than maxBytes; use url instead.',
  CONTENT_UNDECODABLE: 'The destination sent file contents that cannot be decoded.',
  UPSTREAM_TIMEOUT: 'Redox did not answer in time.',
  UPSTREAM_UNAVAILABLE: 'Redox cannot be reached at the moment.',
  UPSTREAM_REJECTED: 'Redox or the destination refused the query.',
  UPSTREAM_PROTOCOL: 'Redox answered with something that cannot be used safely.',
  UNATTRIBUTED: 'The destination sent documents that do not name what they were asked by.',
  RATE_LIMITED: 'The quota of Redox calls is used up; try again later.',
  OVERLOADED: 'The gateway is busy; try again later.',
  INTERNAL_SERVER_ERROR: 'Something went wrong in the gateway.',
} as const;

export type ErrorCode = keyof typeof SENTENCES;

export interface GatewayErrorDetails {
  /** Whether the same request may succeed when sent again later. */
  readonly retryable?: boolean;
  /**
   * What support at Redox needs: log ids of the call, its HTTP status if there was an answer, and its `Redox-Trace-Id` if
   * there was one.
   */
  readonly redox?: {
    readonly logIds: readonly string[];
    readonly status: number | null;
    readonly traceId?: string;
  };
  /** For BAD_USER_INPUT: the path of the argument, e.g. `patients[3].identifiers[0].value`. Never its value. */
  readonly argument?: string;
  /** For BAD_USER_INPUT: what is wrong with it, in fixed words of ours. Never its value. */
  readonly problem?: string;
  /** For RATE_LIMITED: seconds after which a retry has a chance. */
  readonly retryAfterSeconds?: number;
  /** Of a write: Redox may have taken it or not. */
  readonly outcome?: 'UNKNOWN';
  /** Kept for the process's own eyes; never serialized. */
  readonly cause?: unknown;
}

/** One failure of the family. `extensions` is what a caller may read of it. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly details: Omit<GatewayErrorDetails, 'cause'>;

  constructor(code: ErrorCode, { cause, ...details }: GatewayErrorDetails = {}) {
    super(SENTENCES[code], cause === undefined ? undefined : { cause });
    this.name = 'GatewayError';
    this.code = code;
    this.details = details;
  }

  get extensions(): Record<string, unknown> {
    return { code: this.code, ...this.details };
  }
}
