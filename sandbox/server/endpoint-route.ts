/** POST /endpoint: the one URL for all of Redox's data models, of which this sandbox implements Media: queries and writes. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AccessTokens, readBearerToken } from './access-tokens.ts';
import { type AnswerHook, isRawReply, type WriteHook } from './answer.ts';
import type { CallLog, OpenCall } from './call-log.ts';
import type { ChartStore } from './chart-store.ts';
import { parseJson } from './json-body.ts';
import { isWriteEvent, type MediaEvent, parseMediaEvent, type WriteEventType } from './media-event.ts';
import { parseMediaQuery } from './media-query.ts';
import type { RollingQuota } from './quota.ts';
import { RefusedQuery } from './refused-query.ts';
import {
  MAX_MESSAGE_BYTES,
  MAX_READ_BYTES,
  type ReplyWriter,
  type WireReply,
  writeAccepted,
  writeErrorDetail,
  writeRawReply,
  writeRefusal,
} from './replies.ts';

/** Options that a test may change while the sandbox runs; they are read again for every call. */
export interface Behaviour {
  latencyMs: number;
  maxPatientsPerQuery: number;
  answer: AnswerHook | undefined;
  answerWrite: WriteHook | undefined;
}

export interface EndpointParts {
  readonly behaviour: Behaviour;
  readonly store: ChartStore;
  readonly tokens: AccessTokens;
  readonly quota: RollingQuota | undefined;
  readonly replies: ReplyWriter;
  readonly log: CallLog;
  readonly sourceId: string;
  /** Informs the subscribers of a write; `written` is its message as it arrived. */
  readonly publish: (event: MediaEvent, written: unknown) => void;
  /** Resolves after so many milliseconds, or when the sandbox has closed. */
  readonly wait: (ms: number) => Promise<void>;
}

type EndpointRequest = FastifyRequest<{ Body: Buffer | undefined }>;

export function addEndpointRoute(app: FastifyInstance, parts: EndpointParts): void {
  const calls = new WeakMap<FastifyRequest, OpenCall>();
  const send = async (request: FastifyRequest, reply: FastifyReply, wire: WireReply) => {
    const { latencyMs } = parts.behaviour;
    if (latencyMs > 0) await parts.wait(latencyMs);
    // Settled before the response is sent: the next call of a client that has read it must not be counted twice.
    calls.get(request)?.settle(wire.status);
    return reply.code(wire.status).headers(wire.headers).send(wire.body);
  };
  app.post<{ Body: Buffer | undefined }>('/endpoint', {
    bodyLimit: MAX_READ_BYTES,
    onRequest: async (request, reply) => {
      const call = parts.log.begin();
      calls.set(request, call);
      reply.raw.once('close', () => call.settle(null));
    },
    errorHandler: (error: FastifyError, request, reply) => send(request, reply, refuseUnread(error)),
    handler: async (request, reply) => {
      if ((request.body?.length ?? 0) > MAX_MESSAGE_BYTES) return send(request, reply, refuseOversize());
      const body = parseJson(request.body);
      calls.get(request)?.readQuery(body);
      return send(request, reply, await answerCall(parts, request, body));
    },
  });
}

async function answerCall(parts: EndpointParts, request: EndpointRequest, body: unknown): Promise<WireReply> {
  const token = readBearerToken(request.headers.authorization);
  if (token === undefined || !parts.tokens.isValid(token)) {
    return writeErrorDetail(401, 'The access token is missing, expired or revoked.');
  }
  if (parts.quota !== undefined && !parts.quota.admit()) return refuseByQuota(parts.quota);
  try {
    const type = eventTypeOf(body);
    return await (isWriteEvent(type) ? answerWrite(parts, body, type) : answerQuery(parts, body));
  } catch (error) {
    if (error instanceof RefusedQuery) return writeRefusal(error, body);
    throw error;
  }
}

async function answerQuery(parts: EndpointParts, body: unknown): Promise<WireReply> {
  const { behaviour, store, replies, sourceId } = parts;
  const query = parseMediaQuery(body, { sourceId, maxPatientsPerQuery: behaviour.maxPatientsPerQuery });
  const documents = store.index.select(query);
  const answer = (await behaviour.answer?.(query, documents)) ?? documents;
  return isRawReply(answer) ? writeRawReply(answer) : replies.writeResponse(query, answer);
}

/** Redox accepts a write at once, for all its destinations or for none; here it also reaches the destinations at once. */
async function answerWrite(parts: EndpointParts, body: unknown, type: WriteEventType): Promise<WireReply> {
  const { behaviour, store, sourceId, publish } = parts;
  const rules = { sourceId, maxPatientsPerQuery: behaviour.maxPatientsPerQuery };
  const events = parseMediaEvent(body, type, rules);
  const answer = await behaviour.answerWrite?.(events);
  if (answer) return writeRawReply(answer);
  for (const event of events) publish(store.apply(event), body);
  return writeAccepted(body);
}

function eventTypeOf(body: unknown): unknown {
  const meta = typeof body === 'object' && body !== null && 'Meta' in body ? body.Meta : null;
  return typeof meta === 'object' && meta !== null && 'EventType' in meta ? meta.EventType : undefined;
}

/** The form of a 429 body is not documented; the header is, and no Retry-After. */
function refuseByQuota({ quota }: RollingQuota): WireReply {
  const wire = writeErrorDetail(429, 'Too many requests.');
  return { ...wire, headers: { ...wire.headers, 'x-ratelimit-limit': String(quota.calls) } };
}

/** For a body that Fastify refused to read, and for an error of the sandbox or of a test's hook. */
function refuseUnread(error: FastifyError): WireReply {
  if (error.statusCode === 413) return refuseOversize();
  return writeErrorDetail(error.statusCode ?? 500, error.message);
}

function refuseOversize(): WireReply {
  return writeRefusal(new RefusedQuery(413, 'oversize', 'The message is larger than 40 MB.'), undefined);
}
