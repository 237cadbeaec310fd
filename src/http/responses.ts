/** Responses outside GraphQL: they have the same shape as GraphQL errors, and fixed sentences. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { GatewayError } from '../errors.ts';
import { BAD_REQUESTS, type BadRequest } from './bad-requests.ts';

/**
 * The headers of every response: no cache may keep patients' data, and browsers must not guess another type than the stated one.
 */
export const SAFE_HEADERS = { 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' };

/** Responds with the status of the error's code, and with `Retry-After` where the error states a time. */
export function sendError(reply: FastifyReply, error: GatewayError): FastifyReply {
  const { retryAfterSeconds } = error.details;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return reply.code(error.status).send(errorBody(error.message, error.extensions));
}

export function errorBody(message: string, extensions: Record<string, unknown>): object {
  return { errors: [{ message, extensions }] };
}

export function sendBadRequest(reply: FastifyReply, problem: BadRequest): FastifyReply {
  const { status, message } = BAD_REQUESTS[problem];
  return sendSentence(reply, status, message);
}

function sendSentence(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send(errorBody(message, { code: 'BAD_REQUEST' }));
}

/** What Fastify, and the readers of bodies, refuse by a status alone. */
const BY_STATUS: Readonly<Record<number, BadRequest>> = {
  400: 'bodyNotJson',
  408: 'requestTooSlow',
  413: 'requestTooLarge',
  415: 'bodyOfOtherType',
};

/** Replaces Fastify's own messages, which quote the request. */
export function respondWithFixedSentences(
  app: FastifyInstance,
  report: (event: { readonly error: unknown }) => void,
): void {
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsFor(app, request);
    if (allowed.length === 0) return sendBadRequest(reply, 'unknownPath');
    return sendBadRequest(reply.header('allow', allowed.join(', ')), 'methodNotAllowed');
  });
  app.setErrorHandler((error: FastifyError | GatewayError, _, reply) => {
    if (error instanceof GatewayError) return sendError(reply, error);
    const status = error.statusCode ?? 500;
    // RFC 9110 §12.5.3: a 415 states which content coding is accepted.
    if (status === 415) reply.header('accept-encoding', 'identity');
    const problem = BY_STATUS[status];
    if (problem !== undefined) return sendBadRequest(reply, problem);
    if (status >= 400 && status < 500) return sendSentence(reply, status, 'The request cannot be handled.');
    report({ error });
    return sendError(reply, new GatewayError('INTERNAL_SERVER_ERROR'));
  });
}

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST'];

function methodsFor(app: FastifyInstance, { url }: FastifyRequest): readonly HTTPMethods[] {
  const [path = ''] = url.split('?');
  // A route with a parameter is registered under its pattern.
  const pattern = path.replace(/^\/content\/[^/]+$/, '/content/:token');
  return METHODS.filter((method) => app.hasRoute({ method, url: pattern }));
}
