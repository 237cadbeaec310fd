/** `/redox/events`: where Redox verifies that the gateway receives its events, and pushes them (reference §8.2). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Receiver } from '../events/receiver.ts';
import { readVerification, type Verification } from '../events/verification.ts';
import { parseJson } from '../redox/wire/loose-json.ts';
import { arrivingBody } from './bodies/arriving-body.ts';
import { type OpenOperations, refuseWhileDraining } from './drain.ts';
import { type CheckToken, createTokenCheck, statedToken } from './events-token.ts';
import { FairSlots } from './fair-slots.ts';
import type { Readiness } from './monitoring.ts';
import { sendError } from './responses.ts';

/** An event of 40 MB needs 3 Mbit/s to arrive in this time. */
const MAX_EVENT_MS = 120_000;
/** Node ends a request that takes longer with a 408; it checks every few seconds. */
export const EVENT_REQUEST_TIMEOUT_MS = MAX_EVENT_MS + 30_000;

/**
 * A feed sends one event at a time, and there is one feed for each destination. Each event takes a quarter of a megabyte of text
 * at most.
 */
const MAX_EVENTS_AT_ONCE = 16;

/** A verification contains a token and a UUID. It is read before its token has been checked. */
const MAX_VERIFICATION_BYTES = 16_384;
/** People verify a destination once; this many requests from unauthenticated senders hold half a megabyte. */
const MAX_VERIFICATIONS_AT_ONCE = 32;

export interface EventsRoute {
  /** Each of them is accepted. */
  readonly tokens: readonly string[];
  readonly receiver: Pick<Receiver, 'receive'>;
  /** Called for a request without a valid token. */
  readonly onRefused: () => void;
}

export interface EventsRouteOptions extends EventsRoute {
  readonly clock: Clock;
  readonly readiness: Readiness;
  readonly operations: OpenOperations;
}

interface Parts extends EventsRouteOptions {
  readonly isRight: CheckToken;
  readonly slots: FairSlots;
  readonly verifications: { open: number };
}

export function addEventsRoute(scope: FastifyInstance, options: EventsRouteOptions): void {
  const { tokens, readiness, operations } = options;
  const bounds = { callerSlots: MAX_EVENTS_AT_ONCE, processSlots: MAX_EVENTS_AT_ONCE };
  const slots = new FairSlots(bounds);
  const parts = { ...options, isRight: createTokenCheck(tokens), slots, verifications: { open: 0 } };
  scope.addHook('onRequest', (request, reply, done) => {
    if (readiness.isDraining) return void refuseWhileDraining(reply);
    operations.add(reply);
    const token = statedToken(request.headers);
    if (token !== null && !parts.isRight(token)) return void refuse(reply, parts);
    // An event is read whatever its Content-Type is: Fastify refuses a body whose Content-Type is not a media type.
    request.raw.headers['content-type'] = 'application/octet-stream';
    done();
  });
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_, payload, done) => done(null, payload));
  scope.get('/redox/events', { exposeHeadRoute: false }, (request, reply) => {
    const verification = readVerification(request.query);
    return answer(request, reply, verification, parts);
  });
  scope.post('/redox/events', async (request, reply) => {
    if (statedToken(request.headers) !== null) return receive(request, reply, parts);
    return answer(request, reply, await readSmallBody(request, parts), parts);
  });
}

/**
 * Handles a request with a valid token. The response is 200 for every content, as another status would block the feed until the event
 * is sent again.
 */
async function receive(request: FastifyRequest, reply: FastifyReply, parts: Parts): Promise<FastifyReply> {
  const { clock, receiver } = parts;
  const until = clock.now() + MAX_EVENT_MS;
  const received = await within(parts, reply, () =>
    receiver.receive(arrivingBody(request.raw, clock, until)),
  );
  if (received === 'kept-away') return sendError(reply, new GatewayError('OVERLOADED'));
  if (received === 'taken') return reply.send({ received: true });
  return answer(request, reply, received, parts);
}

/** Resolves to `kept-away` also when no slot becomes free in time, or the sender disconnects before. */
async function within<T>(
  { slots, clock }: Parts,
  reply: FastifyReply,
  work: () => Promise<T>,
): Promise<T | 'kept-away'> {
  const waiting = new AbortController();
  const leave = () => waiting.abort();
  const timer = clock.setTimeout(leave, MAX_EVENT_MS);
  reply.raw.once('close', leave);
  try {
    return await slots.within('redox', waiting.signal, work);
  } catch (error) {
    if (waiting.signal.aborted) return 'kept-away';
    throw error;
  } finally {
    clock.clearTimeout(timer);
    reply.raw.off('close', leave);
  }
}

/** Sends the challenge back. Every token in the request, in the headers or beside the challenge, must be valid. */
function answer(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  verification: Verification | null,
  parts: Parts,
): FastifyReply {
  const tokens = [statedToken(headers), verification?.token ?? null].filter((token) => token !== null);
  if (tokens.length === 0 || !tokens.every(parts.isRight)) return refuse(reply, parts);
  return reply.type('text/plain; charset=utf-8').send(verification?.challenge ?? '');
}

function refuse(reply: FastifyReply, { onRefused }: Parts): FastifyReply {
  onRefused();
  return sendError(reply.header('www-authenticate', 'Bearer'), new GatewayError('UNAUTHENTICATED'));
}

/**
 * The verification in a request without a token in its headers; null when the body is too long or too slow for one, or contains
 * something else.
 */
async function readSmallBody(
  { raw, headers }: FastifyRequest,
  { clock, verifications }: Parts,
): Promise<Verification | null> {
  if (Number(headers['content-length'] ?? 0) > MAX_VERIFICATION_BYTES) return null;
  if (verifications.open >= MAX_VERIFICATIONS_AT_ONCE) return null;
  verifications.open += 1;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of arrivingBody(raw, clock)) {
      bytes += chunk.length;
      if (bytes > MAX_VERIFICATION_BYTES) return null;
      chunks.push(chunk);
    }
    return readVerification(parseJson(Buffer.concat(chunks)));
  } catch {
    // The body did not arrive.
    return null;
  } finally {
    verifications.open -= 1;
  }
}
