/** One request whose client accepts a stream: a subscription is sent as one, and so is a query of a client that accepts no JSON. */
import { Readable } from 'node:stream';
import type { HTTPGraphQLRequest, HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveResults, LiveTransport } from '../../graphql/server/live-results.ts';
import type { OpenOperations } from '../drain.ts';
import { type Operation, operationOf } from '../operation.ts';
import { type AcceptedStreams, readAcceptedStreams } from './accepted-streams.ts';
import { Frames } from './frames.ts';
import { type Framing, MULTIPART, SSE } from './framing.ts';

/** Of each client, beside what its connection holds. */
const BUFFERED_BYTES = 16_384;

/** A reverse proxy would hold frames back until its buffer is full. */
const STREAM_HEADERS = { 'x-accel-buffering': 'no' };

/** Null where the client accepts no stream. Apollo Server itself refuses subscriptions that come by GET. */
export function liveRequestOf(request: FastifyRequest, open: OpenOperations): LiveRequest | null {
  const accepted = readAcceptedStreams(request.headers.accept);
  return accepted && new LiveRequest(accepted, operationOf(request), open);
}

export class LiveRequest implements LiveTransport {
  readonly #accepted: AcceptedStreams;
  readonly #operation: Operation;
  readonly #open: OpenOperations;
  #results: LiveResults | null = null;
  #forget: () => void = () => undefined;

  constructor(accepted: AcceptedStreams, operation: Operation, open: OpenOperations) {
    this.#accepted = accepted;
    this.#operation = operation;
    this.#open = open;
  }

  async admit(): Promise<void> {
    const { time, caller } = this.#operation;
    time.lastUntil(caller?.expiresAt ?? Number.POSITIVE_INFINITY);
  }

  open(results: LiveResults): void {
    this.#results = results;
    const { signal } = this.#operation;
    this.#forget = this.#open.addSubscription(() => results.drain());
    if (signal.aborted) results.abort(signal.reason);
    else signal.addEventListener('abort', () => results.abort(signal.reason), { once: true });
  }

  /** Apollo Server writes all its responses in JSON, and refuses clients who do not accept it. */
  withJsonAccepted({ headers, ...request }: HTTPGraphQLRequest): HTTPGraphQLRequest {
    if (!this.#accepted.takesJson) headers.set('accept', `${headers.get('accept')}, application/json`);
    return { ...request, headers };
  }

  /** Null where Apollo Server's response is the one to send. */
  respond(reply: FastifyReply, { status = 200, body }: HTTPGraphQLResponse): FastifyReply | null {
    const [kind] = this.#accepted.kinds;
    const framing = kind === 'multipart' ? MULTIPART : SSE;
    const results = this.#results;
    if (results !== null && status === 200) return this.#stream(reply, framing, results);
    // It may have begun, and be refused since it is in no audit trail.
    results?.abort();
    this.#forget();
    if (framing !== SSE || this.#accepted.takesJson || body.kind !== 'complete') return null;
    // GraphQL over SSE: what GraphQL refuses is told in the stream; all other statuses stay.
    if (status !== 200 && status !== 400) return null;
    const frames = `${SSE.next(body.string.trimEnd())}${SSE.complete([])}`;
    return reply.code(200).headers(STREAM_HEADERS).type(SSE.contentType).send(frames);
  }

  #stream(reply: FastifyReply, framing: Framing, results: LiveResults): FastifyReply {
    const { clock } = this.#operation;
    const frames = new Frames({ results, framing, clock, onStalled: () => reply.raw.destroy() });
    reply.raw.once('close', () => {
      frames.end();
      this.#forget();
    });
    // It counts bytes, not frames, of which some are long.
    const body = Readable.from(frames, { objectMode: false, highWaterMark: BUFFERED_BYTES });
    return reply.code(200).headers(STREAM_HEADERS).type(framing.contentType).send(body);
  }
}
