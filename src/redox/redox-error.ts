/** Every way in which a request to Redox can fail, as one class, and the one table from HTTP status to it. */
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
  readonly retryable?: boolean;
  readonly splittable?: boolean;
  readonly autoRetry?: boolean;
  readonly failedParty?: FailedParty | null;
  /** By `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
  /** Where Redox does not say: for callers alone. */
  readonly likelyRetryAfterSeconds?: number | undefined;
  readonly outcome?: 'UNKNOWN';
  /** An error code of the network layer such as ECONNRESET. Never upstream text: it may quote patients. */
  readonly cause?: string;
}

export class RedoxError extends GatewayError {
  /** Whether a query for less may be accepted, so that a merged query is worth splitting. */
  readonly splittable: boolean;
  /** Whether the gateway may send the very same query once more, as it may be answered in a moment. */
  readonly autoRetry: boolean;
  /** The party that will fail other calls for the same reason; null where the query itself may be the cause. */
  readonly failedParty: FailedParty | null;
  /** How long Redox itself asked to be left alone. */
  readonly requestedPauseSeconds: number | undefined;
  readonly #made: readonly [RedoxErrorCode, RedoxErrorDetails];

  constructor(code: RedoxErrorCode, details: RedoxErrorDetails = {}) {
    const { status = null, logIds = [], traceId = null, retryable = false, outcome, cause } = details;
    const retryAfterSeconds = details.retryAfterSeconds ?? details.likelyRetryAfterSeconds;
    super(code, {
      retryable,
      redox: { logIds, status, ...(traceId !== null && { traceId }) },
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(outcome !== undefined && { outcome }),
      ...(cause !== undefined && { cause }),
    });
    this.name = 'RedoxError';
    this.splittable = details.splittable ?? false;
    this.autoRetry = details.autoRetry ?? false;
    this.failedParty = details.failedParty ?? null;
    this.requestedPauseSeconds = details.retryAfterSeconds;
    this.#made = [code, details];
  }

  /** The same, of an answer with this trace id. */
  withTraceId(traceId: string): RedoxError {
    const [code, details] = this.#made;
    return new RedoxError(code, { ...details, traceId });
  }
}

/** The error, with the trace id of the answer that it is about, if there is one. */
export function withTraceId(error: unknown, traceId: string | null): unknown {
  return error instanceof RedoxError && traceId !== null ? error.withTraceId(traceId) : error;
}

interface StatusRule {
  readonly code: RedoxErrorCode;
  readonly retryable: boolean;
  readonly splittable: boolean;
  readonly autoRetry: boolean;
  readonly failedParty: FailedParty | null;
}

/**
 * What a status other than 200 means (Redox: error-handling-and-responses). 400 is also how a destination's own
 * refusal arrives, e.g. of more patients than it takes in one query; 413 and 504 are about size by nature.
 */
export function ruleOfStatus(status: number): StatusRule {
  if (status === 400 || status === 413) return rule('UPSTREAM_REJECTED', { splittable: true });
  if (status === 429) return rule('RATE_LIMITED', { retryable: true, autoRetry: true });
  if (status === 504) return rule('UPSTREAM_TIMEOUT', { ...PASSING_TROUBLE, splittable: true });
  if (status === 502 || status === 503) return rule('UPSTREAM_UNAVAILABLE', PASSING_TROUBLE);
  // A fault in Redox, or of this one query: the same query may pass, and says nothing of its destination if it does not.
  if (status === 500) return rule('UPSTREAM_UNAVAILABLE', { retryable: true, autoRetry: true });
  if (status >= 500) return rule('UPSTREAM_UNAVAILABLE', { retryable: true });
  if (status >= 400) return rule('UPSTREAM_REJECTED', {});
  // A redirect or another kind of success is no answer to a query; Redox documents neither.
  return rule('UPSTREAM_PROTOCOL', {});
}

/** Redox answers 502 "briefly during updates"; 503 and 504 come from the systems behind it. */
const PASSING_TROUBLE = { retryable: true, autoRetry: true, failedParty: 'destination' } as const;

function rule(code: RedoxErrorCode, details: Partial<Omit<StatusRule, 'code'>>): StatusRule {
  return { code, retryable: false, splittable: false, autoRetry: false, failedParty: null, ...details };
}
