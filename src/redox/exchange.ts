/** One HTTP POST to Redox and its whole answer, within bounds of time and size. */
import type { Dispatcher, Pool } from 'undici';
import { errors } from 'undici';
import { readBody, type TakeChunk } from './body.ts';
import { RedoxFault } from './fault.ts';

interface Request {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Most bytes of a 200's body. */
  readonly maxBytes: number;
  /** Takes a 200's body as it arrives; the bytes are its own. A RedoxFault that it throws ends the exchange. */
  readonly take: TakeChunk;
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Of any status but 200; empty when it was too long or broken: the status says enough. */
  readonly errorBody: Buffer;
}

/** Error bodies are read for `Meta.Logs` only; recorded ones are below 2 kB. */
const MAX_ERROR_BYTES = 65_536;

/**
 * Rejects with the signal's reason when it fires, up to the last byte of the body (undici's bodyTimeout is no deadline: a
 * slow drip outlives it), with a RedoxFault when the connection fails or the body is too long.
 */
export async function exchange(pool: Pool, request: Request, signal: AbortSignal): Promise<Answer> {
  const { path, headers, body } = request;
  try {
    const response = await pool.request({ method: 'POST', path, headers, body, signal });
    const retryAfter = response.headers['retry-after'];
    return {
      status: response.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
      errorBody: await readAnswer(response, request, signal),
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof RedoxFault ? error : failureOf(error);
  }
}

async function readAnswer(
  response: Dispatcher.ResponseData,
  { maxBytes, take }: Request,
  signal: AbortSignal,
): Promise<Buffer> {
  if (response.statusCode === 200) {
    await readWithin(maxBytes, response, take);
    return Buffer.alloc(0);
  }
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer) => void chunks.push(chunk);
  try {
    await readWithin(Math.min(MAX_ERROR_BYTES, maxBytes), response, keep);
    return Buffer.concat(chunks);
  } catch {
    signal.throwIfAborted();
    return Buffer.alloc(0);
  }
}

async function readWithin(
  maxBytes: number,
  { body, headers, statusCode }: Dispatcher.ResponseData,
  take: TakeChunk,
): Promise<void> {
  const tooLong = () => new RedoxFault('UPSTREAM_PROTOCOL', { status: statusCode, smallerMayPass: true });
  if (Number(headers['content-length'] ?? 0) > maxBytes) {
    // Destroying ends the socket; the stream then emits an error that nobody waits for.
    body.on('error', () => {}).destroy();
    throw tooLong();
  }
  await readBody(body, maxBytes, take, tooLong);
}

/** A RedoxFault for what the network did; anything else, a bug of ours, as it is: it must not look like Redox's. */
function failureOf(error: unknown): unknown {
  // Only codes are kept as causes: undici attaches received bytes to parser errors.
  if (error instanceof errors.HTTPParserError) {
    // undici 8.12 gives these no code; these are llhttp's words for a chunked body that ended early.
    if (error.message.includes('Invalid EOF state')) return unreachable('HPE_INVALID_EOF_STATE');
    return new RedoxFault('UPSTREAM_PROTOCOL', { cause: error.name });
  }
  const isOurs = error instanceof errors.InvalidArgumentError || !(error instanceof Error && 'code' in error);
  if (isOurs || typeof error.code !== 'string') return error;
  return unreachable(error.code);
}

function unreachable(cause: string): RedoxFault {
  return new RedoxFault('UPSTREAM_UNAVAILABLE', { retryable: true, cause });
}
