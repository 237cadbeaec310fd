/** Every way in which a request to Redox can fail, as one class, and the one table that maps HTTP statuses to it. */
import { type ErrorCode, GatewayError } from '../errors.ts';

type RedoxErrorCode = Extract<ErrorCode, `UPSTREAM_${string}` | 'RATE_LIMITED'>;

/** Redox as a whole, or the one destination behind it. */
export type FailedParty = 'host' | 'destination';

interface RedoxErrorDetails {
  /** HTTP status of the response; null when there was none. */
  readonly status?: number | null;
  /** `Meta.Logs[].ID` of the response. */
  readonly logIds?: readonly string[];
  /** `Redox-Trace-Id` of the response. */
  readonly traceId?: string | null;
  /** Set where it differs from the rule of the code (see `ERRORS`). */
  readonly retryable?: boolean;
  readonly splittable?: boolean;
  readonly splittableOnRepeat?: boolean;
  readonly autoRetry?: boolean;
  readonly failedParty?: FailedParty | null;
  /** As `Retry-After` says. */
  readonly retryAfterSeconds?: number | undefined;
  /** An estimate, if Redox states no time; only callers receive it. */
  readonly likelyRetryAfterSeconds?: number | undefined;
  readonly outcome?: 'UNKNOWN';
  /** An error code of the network layer such as ECONNRESET. Never upstream text: it may quote patients. */
  readonly cause?: string;
}

export class RedoxError extends GatewayError {
  /** Whether a smaller query may be accepted, so that splitting a merged one makes sense. */
  readonly splittable: boolean;
  /** Whether the same holds once the very same query has failed so again. */
  readonly splittableOnRepeat: boolean;
  /** Whether the gateway may send the very same query once more, as it may succeed a little later. */
  readonly autoRetry: boolean;
  /** The party whose other calls will fail for the same reason; null if the query itself may be the cause. */
  readonly failedParty: FailedParty | null;
  /** How long Redox asked to wait before the next request. */
  readonly requestedPauseSeconds: number | undefined;
  readonly #made: readonly [RedoxErrorCode, RedoxErrorDetails];

  constructor(code: RedoxErrorCode, details: RedoxErrorDetails = {}) {
    const { status = null, logIds = [], traceId = null, retryable, outcome, cause } = details;
    const retryAfterSeconds = details.retryAfterSeconds ?? details.likelyRetryAfterSeconds;
    super(code, {
      ...(retryable !== undefined && { retryable }),
      redox: { logIds, status, ...(traceId !== null && { traceId }) },
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(outcome !== undefined && { outcome }),
      ...(cause !== undefined && { cause }),
    });
    this.name = 'RedoxError';
    this.splittable = details.splittable ?? false;
    this.splittableOnRepeat = details.splittableOnRepeat ?? false;
    this.autoRetry = details.autoRetry ?? false;
    this.failedParty = details.failedParty ?? null;
    this.requestedPauseSeconds = details.retryAfterSeconds;
    this.#made = [code, details];
  }

  /** Whether the query was refused for its contents, so that other queries may be answered. */
  get isRefusal(): boolean {
    return this.splittable && this.code === 'UPSTREAM_REJECTED';
  }

  /** The same error, for a query that may succeed when it is sent again later. */
  asRetryable(): RedoxError {
    const [code, details] = this.#made;
    return new RedoxError(code, { ...details, retryable: true });
  }

  /** The same error, with the trace id of its response. */
  withTraceId(traceId: string): RedoxError {
    const [code, details] = this.#made;
    return new RedoxError(code, { ...details, traceId });
  }
}

/** The error, with the trace id of its response where there is one. */
export function withTraceId(error: unknown, traceId: string | null): unknown {
  return error instanceof RedoxError && traceId !== null ? error.withTraceId(traceId) : error;
}

interface StatusRule {
  readonly code: RedoxErrorCode;
  readonly splittable: boolean;
  readonly autoRetry: boolean;
  readonly failedParty: FailedParty | null;
}

/**
 * The meaning of a status other than 200 (Redox: error-handling-and-responses). A destination's own refusal, such as of more
 * patients than it accepts in one query, also arrives as a 400. A 413 is about size, and a 504 may be.
 */
export function ruleOfStatus(status: number): StatusRule {
  if (status === 400 || status === 413) return rule('UPSTREAM_REJECTED', { splittable: true });
  if (status === 429) return rule('RATE_LIMITED', {});
  if (status === 504) return rule('UPSTREAM_TIMEOUT', { ...PASSING_FAILURE, splittable: true });
  if (status === 502 || status === 503) return rule('UPSTREAM_UNAVAILABLE', PASSING_FAILURE);
  // A failure inside Redox, or of this query alone. The same query may succeed; if it fails, that says nothing about its
  // destination.
  if (status === 500) return rule('UPSTREAM_UNAVAILABLE', { autoRetry: true });
  if (status >= 500) return rule('UPSTREAM_UNAVAILABLE', {});
  if (status >= 400) return rule('UPSTREAM_REJECTED', {});
  // A redirect or another kind of success is not a response to a query; Redox documents neither.
  return rule('UPSTREAM_PROTOCOL', {});
}

/** Redox responds with 502 "briefly during updates"; 503 and 504 come from the systems behind it. */
const PASSING_FAILURE = { autoRetry: true, failedParty: 'destination' } as const;

function rule(code: RedoxErrorCode, details: Partial<Omit<StatusRule, 'code'>>): StatusRule {
  return { code, splittable: false, autoRetry: false, failedParty: null, ...details };
}
