/** What the log says of a failure to get an access token. */
import { GatewayError } from '../errors.ts';
import type { TokenFailure } from '../telemetry/log.ts';

export function describeTokenFailure(error: unknown): TokenFailure {
  if (!(error instanceof GatewayError)) return { code: 'INTERNAL_SERVER_ERROR', status: null, traceId: null };
  const { status = null, traceId = null } = error.details.redox ?? {};
  return { code: error.code, status, traceId };
}
