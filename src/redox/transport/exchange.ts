/** One HTTP POST to Redox and its complete response, within limits of time and size. */
import type { Dispatcher, Pool } from 'undici';
import { errors } from 'undici';
import { type FailedParty, RedoxError, withTraceId } from '../redox-error.ts';
import { REQUEST_HEADERS } from './request-headers.ts';
import { readTraceId } from './trace-id.ts';

/** Takes the next bytes. If it returns a promise, the following bytes are held back; an error that it throws ends the reading. */
export type TakeChunk = (chunk: Buffer) => Promise<unknown> | undefined;

interface Request {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** The maximum number of bytes of a 200's body. */
  readonly maxBytes: number;
  /** Takes a 200's body as it arrives. */
  readonly take: TakeChunk;
  /** Called when the request has a connection, so that it may reach Redox from now on. */
  readonly onSent?: () => void;
}

export interface RedoxResponse {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly date: string | null;
  /** `X-RateLimit-Limit`: by its documentation, it means that Redox's own quota is used up. */
  readonly rateLimit: string | null;
  /** See `readTraceId`. */
  readonly traceId: string | null;
  /** For any status other than 200; empty when the body was too long or broke off, as the status says enough. */
  readonly errorBody: Buffer;
}

/** Error bodies are read for `Meta.Logs` only; recorded ones are below 2 kB. */
const MAX_ERROR_BYTES = 65_536;

/**
 * Rejects with the signal's reason when the signal fires before the last byte of the body (undici's bodyTimeout is no
 * deadline: a slow drip outlives it), and with a RedoxError when the connection fails or the body is too long. The socket is
 * then closed, so that nothing more is received.
 */
export async function exchange(pool: Pool, request: Request, signal: AbortSignal): Promise<RedoxResponse> {
  signal.throwIfAborted();
  const { path, headers, body } = request;
  const receiver = new Receiver(request);
  const onAbort = () => receiver.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    pool.dispatch({ method: 'POST', path, headers: { ...REQUEST_HEADERS, ...headers }, body }, receiver);
    return await receiver.response;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A handler instead of `pool.request`, whose stream adds a fifth to the time for receiving a large body. */
class Receiver implements Dispatcher.DispatchHandler {
  readonly #request: Request;
  readonly #response = Promise.withResolvers<RedoxResponse>();
  readonly #errorChunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #abortReason: Error | null = null;
  #status = 0;
  #headers = readHeaders({});
  #length = 0;

  constructor(request: Request) {
    this.#request = request;
  }

  get response(): Promise<RedoxResponse> {
    return this.#response.promise;
  }

  /** Rejects at once. A request that still waits for a connection is not sent. */
  abort(reason: unknown): void {
    this.#abortReason = asError(reason);
    this.#controller?.abort(this.#abortReason);
    this.#response.reject(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#abortReason) controller.abort(this.#abortReason);
    else this.#request.onSent?.();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Dispatcher.ResponseData['headers'],
  ): void {
    // Informational responses such as 103 precede the response itself.
    if (status < 200) return;
    this.#status = status;
    this.#headers = readHeaders(headers);
    if (Number(headers['content-length'] ?? 0) > this.#maxBytes) controller.abort(this.#tooLong());
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    try {
      this.#length += chunk.length;
      if (this.#length > this.#maxBytes) throw this.#tooLong();
      if (this.#status === 200) this.#takeBody(controller, chunk);
      else this.#errorChunks.push(chunk);
    } catch (error) {
      controller.abort(asError(error));
    }
  }

  onResponseEnd(): void {
    this.#resolve(Buffer.concat(this.#errorChunks));
  }

  onResponseError(_: unknown, error: Error): void {
    const isErrorResponse = this.#status !== 0 && this.#status !== 200;
    if (isErrorResponse) this.#resolve(Buffer.alloc(0));
    // If nothing was sent, Redox cannot be reached, and the next call will fail as well.
    else {
      const failure = failureOf(error, this.#controller === null ? 'host' : 'destination');
      this.#response.reject(withTraceId(failure, this.#headers.traceId));
    }
  }

  get #maxBytes(): number {
    const { maxBytes } = this.#request;
    return this.#status === 200 ? maxBytes : Math.min(MAX_ERROR_BYTES, maxBytes);
  }

  #takeBody(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const pending = this.#request.take(chunk);
    if (pending === undefined) return;
    controller.pause();
    pending.then(
      () => controller.resume(),
      (error: unknown) => controller.abort(asError(error)),
    );
  }

  #resolve(errorBody: Buffer): void {
    this.#response.resolve({ status: this.#status, ...this.#headers, errorBody });
  }

  #tooLong(): RedoxError {
    return new RedoxError('UPSTREAM_PROTOCOL', { status: this.#status, splittable: true });
  }
}

/** The headers of a response that are used. */
export function readHeaders(
  headers: Dispatcher.ResponseData['headers'],
): Omit<RedoxResponse, 'status' | 'errorBody'> {
  return {
    retryAfter: onlyOne(headers['retry-after']),
    date: onlyOne(headers['date']),
    rateLimit: onlyOne(headers['x-ratelimit-limit']),
    traceId: readTraceId(headers['redox-trace-id']),
  };
}

/** A header that occurs twice is ambiguous, and is ignored. */
function onlyOne(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new Error('the response could not be received', { cause: thrown });
}

/** A RedoxError for an error of the network. Any other error is a bug of this program and is not changed. */
function failureOf(error: unknown, failedParty: FailedParty): unknown {
  if (error instanceof RedoxError) return error;
  // Only the code is kept as the cause: undici attaches received bytes to parser errors.
  if (error instanceof errors.HTTPParserError) {
    // undici 8.12 gives such an error no code; the text is llhttp's for a chunked body that ended early.
    if (error.message.includes('Invalid EOF state')) return unreachable('HPE_INVALID_EOF_STATE', failedParty);
    return new RedoxError('UPSTREAM_PROTOCOL', { cause: error.name });
  }
  const isOurs = error instanceof errors.InvalidArgumentError || !(error instanceof Error && 'code' in error);
  if (isOurs || typeof error.code !== 'string') return error;
  return unreachable(error.code, failedParty);
}

function unreachable(cause: string, failedParty: FailedParty): RedoxError {
  return new RedoxError('UPSTREAM_UNAVAILABLE', { autoRetry: true, failedParty, cause });
}
