/** One request whose client accepts a stream: a subscription is sent as one, and so is a query of a client that accepts no JSON. */
import type { HTTPGraphQLRequest, HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Timer } from '../../clock.ts';
import { badInput } from '../../errors.ts';
import type { LiveResults, LiveTransport } from '../../graphql/server/live-results.ts';
import type { OpenOperations } from '../drain.ts';
import { type Operation, operationOf } from '../operation.ts';
import { type AcceptedStreams, readAcceptedStreams } from './accepted-streams.ts';
import { Callback, type CallbackOptions } from './callback.ts';
import { CALLBACK_HEADERS } from './callback-client.ts';
import { Frames } from './frames.ts';
import { type Framing, MULTIPART, SSE } from './framing.ts';

/**
 * When the process stops, a subscription ends by itself, after the events that it has been offered: a process alone takes its
 * inbox along. A client that is slower than this gets its cursor, and not all of them.
 */
const MAX_DRAIN_MS = 10_000;

/** A reverse proxy would hold frames back until its buffer is full. */
const STREAM_HEADERS = { 'x-accel-buffering': 'no' };

export interface LiveOptions {
  readonly operations: OpenOperations;
  readonly callbacks: CallbackOptions;
}

/** Null where the client accepts no stream. Apollo Server itself refuses subscriptions that come by GET. */
export function liveRequestOf(request: FastifyRequest, options: LiveOptions): LiveRequest | null {
  const accepted = readAcceptedStreams(request.headers.accept);
  return accepted && new LiveRequest(accepted, request.method, operationOf(request), options);
}

export class LiveRequest implements LiveTransport {
  readonly #accepted: AcceptedStreams;
  readonly #method: string;
  readonly #operation: Operation;
  readonly #options: LiveOptions;
  #callback: Callback | null = null;
  #results: LiveResults | null = null;
  #forget: () => void = () => undefined;

  constructor(accepted: AcceptedStreams, method: string, operation: Operation, options: LiveOptions) {
    this.#accepted = accepted;
    this.#method = method;
    this.#operation = operation;
    this.#options = options;
  }

  async admit(extensions: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { time, caller } = this.#operation;
    const extension = extensions['subscription'];
    // Any other request may carry the extension: a router sends it with all that it asks for.
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

  /** Apollo Server writes all its responses in JSON, and refuses clients who do not accept it. */
  withJsonAccepted({ headers, ...request }: HTTPGraphQLRequest): HTTPGraphQLRequest {
    if (!this.#accepted.takesJson) headers.set('accept', `${headers.get('accept')}, application/json`);
    return { ...request, headers };
  }

  /** Null where Apollo Server's response is the one to send. */
  respond(reply: FastifyReply, { status = 200, body }: HTTPGraphQLResponse): FastifyReply | null {
    const results = this.#results;
    if (results !== null && status === 200) return this.#begin(reply, results);
    // It may have begun, and be refused since it is in no audit trail.
    results?.abort();
    this.#forget();
    // The callback protocol: a router knows a refusal by its status.
    if (this.#callback !== null && status === 200) return this.#refuse(reply, body);
    const isTold = this.#framing === SSE && !this.#accepted.takesJson && this.#callback === null;
    // GraphQL over SSE: what GraphQL refuses is told in the stream; all other statuses stay.
    // By GET, a browser's EventSource would repeat for ever what ends with status 200.
    if (!isTold || this.#method !== 'POST' || body.kind !== 'complete' || (status !== 200 && status !== 400))
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

  /** It begins when the router has the response, and holds up the end of the process as one that is being sent does. */
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
    // A router that has hung up meanwhile is told that it ends.
    if (raw.closed) void send();
    else raw.once('close', send);
  }
}
