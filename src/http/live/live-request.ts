/**
 * A request whose client accepts a stream: a subscription is sent as a stream, and so is a query of a client that accepts no
 * JSON.
 */
import type { HTTPGraphQLRequest, HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Timer } from '../../clock.ts';
import { badInput } from '../../errors.ts';
import type { LiveResults, LiveTransport } from '../../graphql/server/live-results.ts';
import type { OpenOperations } from '../drain.ts';
import { operationOf, type RequestOperation } from '../operation.ts';
import { type AcceptedStreams, readAcceptedStreams } from './accepted-streams.ts';
import { Callback, type CallbackOptions } from './callback.ts';
import { CALLBACK_HEADERS } from './callback-client.ts';
import { Frames } from './frames.ts';
import { type Framing, MULTIPART, SSE } from './framing.ts';

/**
 * When the process stops, a subscription ends after the events that it has been offered, since the inbox of a single process ends
 * with it. A client that takes longer than this gets its cursor instead of the remaining events.
 */
const MAX_DRAIN_MS = 10_000;

/** A reverse proxy would otherwise hold frames back until its buffer is full. */
const STREAM_HEADERS = { 'x-accel-buffering': 'no' };

export interface LiveOptions {
  readonly operations: OpenOperations;
  readonly callbacks: CallbackOptions;
}

/** Null if the client accepts no stream. Apollo Server itself refuses subscriptions by GET. */
export function liveRequestOf(request: FastifyRequest, options: LiveOptions): LiveRequest | null {
  const accepted = readAcceptedStreams(request.headers.accept);
  return accepted && new LiveRequest(accepted, request.method, operationOf(request), options);
}

export class LiveRequest implements LiveTransport {
  readonly #accepted: AcceptedStreams;
  readonly #method: string;
  readonly #operation: RequestOperation;
  readonly #options: LiveOptions;
  #callback: Callback | null = null;
  #results: LiveResults | null = null;
  #forget: () => void = () => undefined;

  constructor(accepted: AcceptedStreams, method: string, operation: RequestOperation, options: LiveOptions) {
    this.#accepted = accepted;
    this.#method = method;
    this.#operation = operation;
    this.#options = options;
  }

  async admit(extensions: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { time, caller } = this.#operation;
    const extension = extensions['subscription'];
    // Requests without a subscription may have the extension too: a router sends it with every request.
    const kind = this.#accepted.kinds.find((one) => one !== 'callback' || extension !== undefined);
    if (kind === undefined) throw badInput('extensions.subscription', 'is missing');
    if (kind === 'callback') {
      this.#callback = new Callback(extension, this.#options.callbacks);
      await this.#callback.check();
    }
    time.lastUntil(caller?.expiresAt ?? Number.POSITIVE_INFINITY);
  }

  open(results: LiveResults): void {
    this.#results = results;
    const { signal, clock } = this.#operation;
    let late: Timer | undefined;
    const forget = this.#options.operations.addSubscription(() => {
      late = clock.setTimeout(() => results.drain(), MAX_DRAIN_MS);
    });
    this.#forget = () => {
      clock.clearTimeout(late);
      forget();
    };
    const end = () => {
      results.abort(signal.reason);
      this.#forget();
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  }

  /** Apollo Server writes all responses as JSON, and refuses clients that do not accept it. */
  withJsonAccepted({ headers, ...request }: HTTPGraphQLRequest): HTTPGraphQLRequest {
    if (!this.#accepted.takesJson) headers.set('accept', `${headers.get('accept')}, application/json`);
    return { ...request, headers };
  }

  /** Null if Apollo Server's response is the one to send. */
  respond(reply: FastifyReply, { status = 200, body }: HTTPGraphQLResponse): FastifyReply | null {
    const results = this.#results;
    if (results !== null && status === 200) return this.#begin(reply, results);
    // It may have begun, and still be refused because it could not be recorded in the audit trail.
    results?.abort();
    this.#forget();
    // In the callback protocol, a router recognises a refusal by its status.
    if (this.#callback !== null && status === 200) return this.#refuse(reply, body);
    const isSentInStream = this.#framing === SSE && !this.#accepted.takesJson && this.#callback === null;
    // GraphQL over SSE: GraphQL errors are sent in the stream; all other statuses stay. By GET, a browser's EventSource would
    // reconnect forever after a response with status 200.
    if (
      !isSentInStream ||
      this.#method !== 'POST' ||
      body.kind !== 'complete' ||
      (status !== 200 && status !== 400)
    )
      return null;
    const frames = `${SSE.next(body.string.trimEnd())}${SSE.complete([])}`;
    return reply.code(200).headers(STREAM_HEADERS).type(SSE.contentType).send(frames);
  }

  #refuse(reply: FastifyReply, body: HTTPGraphQLResponse['body']): FastifyReply | null {
    return body.kind === 'complete' ? reply.code(400).type('application/json').send(body.string) : null;
  }

  get #framing(): Framing | null {
    const kind = this.#accepted.kinds.find((one) => one !== 'callback');
    if (kind === undefined) return null;
    return kind === 'sse' ? SSE : MULTIPART;
  }

  #begin(reply: FastifyReply, results: LiveResults): FastifyReply | null {
    if (this.#callback !== null) {
      this.#sendByCallback(reply, this.#callback, results);
      reply.headers(CALLBACK_HEADERS);
      return null;
    }
    const framing = this.#framing ?? SSE;
    const { clock } = this.#operation;
    const frames = new Frames({ results, framing, clock, onStalled: () => reply.raw.destroy() });
    reply.raw.once('close', () => {
      frames.end();
      this.#forget();
    });
    return reply.code(200).headers(STREAM_HEADERS).type(framing.contentType).send(frames);
  }

  /** It begins when the router has the response, and delays the end of the process like a response that is being sent. */
  #sendByCallback({ raw }: FastifyReply, callback: Callback, results: LiveResults): void {
    const { time } = this.#operation;
    const release = this.#options.operations.hold();
    time.outliveResponse();
    const send = async () => {
      await callback.send(results);
      time.end();
      this.#forget();
      release();
    };
    // A router that has disconnected meanwhile is informed that the subscription ends.
    if (raw.closed) void send();
    else raw.once('close', send);
  }
}
