/** One HTTP POST to Redox and its whole answer, within bounds of time and size. */
import type { Dispatcher, Pool } from 'undici';
import { errors } from 'undici';
import { type FailedParty, RedoxError, withTraceId } from '../redox-error.ts';
import { REQUEST_HEADERS } from './request-headers.ts';
import { readTraceId } from './trace-id.ts';

/** Takes the next bytes. The promise, if any, holds back those that follow; what is thrown ends the reading. */
export type TakeChunk = (chunk: Buffer) => Promise<unknown> | undefined;

interface Request {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Most bytes of a 200's body. */
  readonly maxBytes: number;
  /** Takes a 200's body as it arrives. */
  readonly take: TakeChunk;
  /** Hears that the request has a connection, so that it may reach Redox from now on. */
  readonly onSent?: () => void;
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly date: string | null;
  /** `X-RateLimit-Limit`: Redox's own quota was used up, by its documentation. */
  readonly rateLimit: string | null;
  /** See `readTraceId`. */
  readonly traceId: string | null;
  /** Of any status but 200; empty when it was too long or broken: the status says enough. */
  readonly errorBody: Buffer;
}

/** Error bodies are read for `Meta.Logs` only; recorded ones are below 2 kB. */
const MAX_ERROR_BYTES = 65_536;

/**
 * Rejects with the signal's reason when it fires, up to the last byte of the body (undici's bodyTimeout is no deadline: a
 * slow drip outlives it), with a RedoxError when the connection fails or the body is too long. The socket is closed then:
 * nothing more is received.
 */
export async function exchange(pool: Pool, request: Request, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const { path, headers, body } = request;
  const receiver = new Receiver(request);
  const onAbort = () => receiver.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    pool.dispatch({ method: 'POST', path, headers: { ...REQUEST_HEADERS, ...headers }, body }, receiver);
    return await receiver.answer;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Not `pool.request`: the stream it puts between costs a large body a fifth of the time that it takes to receive it. */
class Receiver implements Dispatcher.DispatchHandler {
  readonly #request: Request;
  readonly #answer = Promise.withResolvers<Answer>();
  readonly #errorChunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #abortReason: Error | null = null;
  #status = 0;
  #headers = readHeaders({});
  #length = 0;

  constructor(request: Request) {
    this.#request = request;
  }

  get answer(): Promise<Answer> {
    return this.#answer.promise;
  }

  /** At once, also while the request still waits for a connection: it is not sent then. */
  abort(reason: unknown): void {
    this.#abortReason = asError(reason);
    this.#controller?.abort(this.#abortReason);
    this.#answer.reject(reason);
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
    // 103 and the like come before the answer.
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
    const isErrorAnswer = this.#status !== 0 && this.#status !== 200;
    if (isErrorAnswer) this.#resolve(Buffer.alloc(0));
    // Nothing was sent: the next call will not get through either.
    else {
      const failure = failureOf(error, this.#controller === null ? 'host' : 'destination');
      this.#answer.reject(withTraceId(failure, this.#headers.traceId));
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
    this.#answer.resolve({ status: this.#status, ...this.#headers, errorBody });
  }

  #tooLong(): RedoxError {
    return new RedoxError('UPSTREAM_PROTOCOL', { status: this.#status, splittable: true });
  }
}

/** What of an answer's headers is of use. */
export function readHeaders(
  headers: Dispatcher.ResponseData['headers'],
): Omit<Answer, 'status' | 'errorBody'> {
  return {
    retryAfter: onlyOne(headers['retry-after']),
    date: onlyOne(headers['date']),
    rateLimit: onlyOne(headers['x-ratelimit-limit']),
    traceId: readTraceId(headers['redox-trace-id']),
  };
}

/** A header that came twice says nothing for certain. */
function onlyOne(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' ? header : null;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('an answer was not taken', { cause: thrown });
}

/** A RedoxError for what the network did; anything else, a bug of ours, as it is: it must not look like Redox's. */
function failureOf(error: unknown, failedParty: FailedParty): unknown {
  if (error instanceof RedoxError) return error;
  // Only codes are kept as causes: undici attaches received bytes to parser errors.
  if (error instanceof errors.HTTPParserError) {
    // undici 8.12 gives these no code; these are llhttp's words for a chunked body that ended early.
    if (error.message.includes('Invalid EOF state')) return unreachable('HPE_INVALID_EOF_STATE', failedParty);
    return new RedoxError('UPSTREAM_PROTOCOL', { cause: error.name });
  }
  const isOurs = error instanceof errors.InvalidArgumentError || !(error instanceof Error && 'code' in error);
  if (isOurs || typeof error.code !== 'string') return error;
  return unreachable(error.code, failedParty);
}

function unreachable(cause: string, failedParty: FailedParty): RedoxError {
  return new RedoxError('UPSTREAM_UNAVAILABLE', { retryable: true, autoRetry: true, failedParty, cause });
}
