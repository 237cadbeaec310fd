/** One HTTP POST to Redox and its whole answer, within bounds of time and size. */
import type { Dispatcher, Pool } from 'undici';
import { errors } from 'undici';
import { RedoxFault } from './fault.ts';

interface Request {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Most bytes of a 200's body. */
  readonly maxBytes: number;
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Whole for status 200; for any other, empty when it was too long or broken: the status says enough. */
  readonly body: Buffer;
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
      body: await readAnswer(response, request.maxBytes, signal),
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof RedoxFault ? error : failureOf(error);
  }
}

function readAnswer(response: Dispatcher.ResponseData, maxBytes: number, signal: AbortSignal) {
  if (response.statusCode === 200) return readBody(response, maxBytes);
  return readBody(response, Math.min(MAX_ERROR_BYTES, maxBytes)).catch(() => {
    signal.throwIfAborted();
    return Buffer.alloc(0);
  });
}

async function readBody({ body, headers, statusCode }: Dispatcher.ResponseData, maxBytes: number) {
  if (Number(headers['content-length'] ?? 0) > maxBytes) {
    // Destroying ends the socket; the stream then emits an error that nobody waits for.
    body.on('error', () => {}).destroy();
    throw oversize(statusCode);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    const bytes: Buffer = chunk;
    length += bytes.length;
    // Leaving the loop destroys the body, and with it the socket: nothing more is received.
    if (length > maxBytes) throw oversize(statusCode);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, length);
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

function oversize(status: number): RedoxFault {
  return new RedoxFault('UPSTREAM_PROTOCOL', { status, smallerMayPass: true });
}
