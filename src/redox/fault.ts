/** Every way in which Redox can fail us, as one class, and the one table from HTTP status to it. */
import { type ErrorCode, GatewayError } from '../errors.ts';

type FaultCode = Extract<ErrorCode, `UPSTREAM_${string}` | 'RATE_LIMITED'>;

interface FaultDetails {
  /** HTTP status of the answer; null when there was none. */
  readonly status?: number | null;
  /** `Meta.Logs[].ID` of the answer. */
  readonly logIds?: readonly string[];
  readonly retryable?: boolean;
  readonly smallerMayPass?: boolean;
  readonly retryAfterSeconds?: number | undefined;
  /** An error code of the network layer such as ECONNRESET. Never upstream text: it may quote patients. */
  readonly cause?: string;
}

export class RedoxFault extends GatewayError {
  /** Whether a query for less may be accepted, so that a merged query is worth splitting. */
  readonly smallerMayPass: boolean;

  constructor(code: FaultCode, details: FaultDetails = {}) {
    const { status = null, logIds = [], retryable = false, retryAfterSeconds, cause } = details;
    super(code, {
      retryable,
      redox: { logIds, status },
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(cause !== undefined && { cause }),
    });
    this.name = 'RedoxFault';
    this.smallerMayPass = details.smallerMayPass ?? false;
  }
}

interface StatusRule {
  readonly code: FaultCode;
  readonly retryable: boolean;
  readonly smallerMayPass: boolean;
}

/**
 * What a status other than 200 means (Redox: error-handling-and-responses). 400 is also how a destination's own
 * refusal arrives, e.g. of more patients than it takes in one query; 413 and 504 are about size by nature.
 */
export function ruleOfStatus(status: number): StatusRule {
  if (status === 400 || status === 413) return rule('UPSTREAM_REJECTED', { smallerMayPass: true });
  if (status === 429) return rule('RATE_LIMITED', { retryable: true });
  if (status === 504) return rule('UPSTREAM_TIMEOUT', { retryable: true, smallerMayPass: true });
  if (status >= 500) return rule('UPSTREAM_UNAVAILABLE', { retryable: true });
  if (status >= 400) return rule('UPSTREAM_REJECTED', {});
  // A redirect or another kind of success is no answer to a query; Redox documents neither.
  return rule('UPSTREAM_PROTOCOL', {});
}

function rule(code: FaultCode, { retryable = false, smallerMayPass = false }): StatusRule {
  return { code, retryable, smallerMayPass };
}
