/**
 * The closed family of errors that callers may see. Everything else is masked.
 * The message is one fixed sentence a code: never input, never upstream text, never a stack.
 */

/** What one code means: its sentence, whether the same request may succeed later, and its status where it answers an HTTP request as a whole. */
interface ErrorRule {
  readonly message: string;
  readonly retryable: boolean;
  readonly status: number;
}

export const ERRORS = {
  BAD_USER_INPUT: {
    message: 'An argument of this field is not acceptable.',
    retryable: false,
    status: 400,
  },
  UNAUTHENTICATED: { message: 'A valid bearer token is needed.', retryable: false, status: 401 },
  FORBIDDEN: { message: 'Your rights do not cover this.', retryable: false, status: 403 },
  AMBIGUOUS_VISIT: {
    message: 'Several patients share this visit number; reach the visit through its patient.',
    retryable: false,
    status: 409,
  },
  CONTENT_TOO_LARGE: {
    message: 'The file is larger than maxBytes; use url instead.',
    retryable: false,
    status: 413,
  },
  CONTENT_UNDECODABLE: {
    message: 'The destination sent file contents that cannot be decoded.',
    retryable: false,
    status: 502,
  },
  UPSTREAM_TIMEOUT: { message: 'Redox did not answer in time.', retryable: true, status: 504 },
  UPSTREAM_UNAVAILABLE: {
    message: 'Redox cannot be reached at the moment.',
    retryable: true,
    status: 502,
  },
  UPSTREAM_REJECTED: {
    message: 'Redox or the destination refused the query.',
    retryable: false,
    status: 502,
  },
  UPSTREAM_PROTOCOL: {
    message: 'Redox answered with something that cannot be used safely.',
    retryable: false,
    status: 502,
  },
  UNATTRIBUTED: {
    message: 'The destination sent documents that do not name what they were asked by.',
    retryable: false,
    status: 502,
  },
  RATE_LIMITED: {
    message: 'The quota of Redox calls is used up; try again later.',
    retryable: true,
    status: 429,
  },
  OVERLOADED: { message: 'The gateway is busy; try again later.', retryable: true, status: 503 },
  INTERNAL_SERVER_ERROR: {
    message: 'Something went wrong in the gateway.',
    retryable: false,
    status: 500,
  },
} as const satisfies Record<string, ErrorRule>;

export type ErrorCode = keyof typeof ERRORS;

export interface GatewayErrorDetails {
  /** Whether the same request may succeed when sent again later, where that is not what the code says. */
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
    super(ERRORS[code].message, cause === undefined ? undefined : { cause });
    this.name = 'GatewayError';
    this.code = code;
    this.details = { retryable: ERRORS[code].retryable, ...details };
  }

  /** Of an HTTP response that says nothing else: a failed field leaves its GraphQL response at 200. */
  get status(): number {
    return ERRORS[this.code].status;
  }

  get extensions(): Record<string, unknown> {
    return { code: this.code, ...this.details };
  }
}
