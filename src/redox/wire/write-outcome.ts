/** The outcome of a write: accepted, refused, or unknown. */
import { GatewayError } from '../../errors.ts';
import { RedoxError } from '../redox-error.ts';
import type { BodyReceiver } from '../transport/endpoint.ts';
import { asObject, member, parseJson } from './loose-json.ts';
import { readLogIds, refuseErrors } from './reply.ts';

/** The body of a 200 to a write is its Meta and nothing else. */
const MAX_REPLY_BYTES = 1_048_576;

export class AcceptedReply implements BodyReceiver {
  readonly #chunks: Buffer[] = [];
  #length = 0;
  readonly #maxLogIds: number;

  constructor(maxLogIds: number) {
    this.#maxLogIds = maxLogIds;
  }

  readonly take = (chunk: Buffer): undefined => {
    this.#length += chunk.length;
    if (this.#length > MAX_REPLY_BYTES) throw new RedoxError('UPSTREAM_PROTOCOL', { status: 200 });
    this.#chunks.push(Buffer.from(chunk));
  };

  end(): void {}

  /**
   * @throws RedoxError UPSTREAM_REJECTED when `Meta.Errors` has an entry, whatever the status; UPSTREAM_PROTOCOL when the body is
   * not a message of Redox.
   */
  logIds(): readonly string[] {
    const message = parseJson(Buffer.concat(this.#chunks));
    refuseErrors(message, this.#maxLogIds);
    if (asObject(member(message, 'Meta')) === null)
      throw new RedoxError('UPSTREAM_PROTOCOL', { status: 200 });
    return readLogIds(message, this.#maxLogIds);
  }
}

/** For an error after the message may have reached Redox: only a clear refusal shows that nothing was written. */
export function withUnknownOutcome(error: unknown): unknown {
  if (!(error instanceof GatewayError)) return error;
  const { redox = { logIds: [], status: null } } = error.details;
  const { status, logIds, traceId = null } = redox;
  const isRefusal = error.code === 'UPSTREAM_REJECTED' || error.code === 'RATE_LIMITED';
  if (isRefusal) return error;
  const code = error.code === 'UPSTREAM_TIMEOUT' ? 'UPSTREAM_TIMEOUT' : codeOf(error);
  const failedParty = error instanceof RedoxError ? error.failedParty : null;
  return new RedoxError(code, { status, logIds, traceId, failedParty, retryable: false, outcome: 'UNKNOWN' });
}

function codeOf({ code }: GatewayError): 'UPSTREAM_PROTOCOL' | 'UPSTREAM_UNAVAILABLE' {
  return code === 'UPSTREAM_PROTOCOL' ? code : 'UPSTREAM_UNAVAILABLE';
}
