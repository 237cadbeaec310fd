/**
 * All errors that callers may see; every other error is masked. Each code has one fixed message, which contains no input, no
 * upstream text and no stack.
 */

/**
 * What a code means: its message, whether the same request may succeed later, and the HTTP status of a response that contains
 * only this error.
 */
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
  UPSTREAM_TIMEOUT: { message: 'Redox did not respond in time.', retryable: true, status: 504 },
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
    message: 'Redox sent a response that cannot be used safely.',
    retryable: false,
    status: 502,
  },
  UNATTRIBUTED: {
    message:
      'The destination sent documents that do not name the queried patient, visit, type or document id.',
    retryable: false,
    status: 502,
  },
  CURSOR_EXPIRED: {
    message: 'Not all events after this cursor are still held; subscribe anew, then read the chart again.',
    retryable: false,
    status: 410,
  },
  RATE_LIMITED: {
    message: 'The quota of calls is used up; try again later.',
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
  /** Whether the same request may succeed later; set where it differs from the rule of the code. */
  readonly retryable?: boolean;
  /**
   * What Redox's support asks for: the log ids of the call, its HTTP status where there was a response, and its `Redox-Trace-Id`
   * where there was one.
   */
  readonly redox?: {
    readonly logIds: readonly string[];
    readonly status: number | null;
    readonly traceId?: string;
  };
  /** For BAD_USER_INPUT: the path of the argument, e.g. `patients[3].identifiers[0].value`. Never its value. */
  readonly argument?: string;
  /** For BAD_USER_INPUT: what is wrong with the argument, as a fixed text. Never its value. */
  readonly problem?: string;
  /** For RATE_LIMITED, and for OVERLOADED because of too many requests in flight: the seconds after which a retry may succeed. */
  readonly retryAfterSeconds?: number;
  /** For a subscription that ends before its client ended it: the client passes this cursor as `after` to continue. */
  readonly cursor?: string;
  /** For a write: it is not known whether Redox has accepted it. */
  readonly outcome?: 'UNKNOWN';
  /** For debugging within the process; never serialised. */
  readonly cause?: unknown;
}

/** An error that callers may see. `extensions` is what they receive besides the message. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly details: Omit<GatewayErrorDetails, 'cause'>;

  constructor(code: ErrorCode, { cause, ...details }: GatewayErrorDetails = {}) {
    super(ERRORS[code].message, cause === undefined ? undefined : { cause });
    this.name = 'GatewayError';
    this.code = code;
    this.details = { retryable: ERRORS[code].retryable, ...details };
  }

  /** The status of an HTTP response that contains only this error. A GraphQL response with a failed field keeps its 200. */
  get status(): number {
    return ERRORS[this.code].status;
  }

  get extensions(): Record<string, unknown> {
    return { code: this.code, ...this.details };
  }
}

/**
 * The operation as a whole turns out to request too much while it is executed. It is refused as a whole, like an operation that
 * is refused before execution. One error stands for all of its fields.
 */
export class OperationTooLarge extends GatewayError {
  /**
   * graphql-js passes on an error with a path as it is. Without a path it would create an error for each of thousands of fields.
   */
  readonly path: readonly string[] = [];

  constructor(problem: string) {
    super('BAD_USER_INPUT', { argument: 'query', problem });
  }
}

/**
 * The one way to refuse an argument: the error names the path and what is wrong with the value, never the value itself.
 * `argument`: the path as a client would write it, e.g. `filter.created.from`. `problem`: one of the gateway's fixed sentences.
 */
export function badInput(argument: string, problem: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { argument, problem });
}
