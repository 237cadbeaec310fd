/** Responses outside GraphQL: they have the same shape as GraphQL errors, and fixed sentences. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { GatewayError } from '../errors.ts';

/** The headers of every response: no cache may keep patients' data, and no browser may guess another type than the declared one. */
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

const SENTENCES: Readonly<Record<number, string>> = {
  400: 'The request body is not JSON in UTF-8.',
  404: 'This path does not exist; GraphQL is at /graphql.',
  405: 'This method is not allowed here; see the Allow header.',
  408: 'The request did not arrive in time.',
  413: 'The request is too large.',
  415: 'The request body must be application/json in UTF-8, without a content coding.',
};

export function sendSentence(
  reply: FastifyReply,
  status: number,
  message = SENTENCES[status] ?? 'The request cannot be handled.',
): FastifyReply {
  return reply.code(status).send(errorBody(message, { code: 'BAD_REQUEST' }));
}

/** Replaces Fastify's own messages, which quote the request. */
export function respondWithFixedSentences(
  app: FastifyInstance,
  report: (event: { readonly error: unknown }) => void,
): void {
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsFor(app, request);
    if (allowed.length === 0) return sendSentence(reply, 404);
    return sendSentence(reply.header('allow', allowed.join(', ')), 405);
  });
  app.setErrorHandler((error: FastifyError | GatewayError, _, reply) => {
    if (error instanceof GatewayError) return sendError(reply, error);
    const status = error.statusCode ?? 500;
    // RFC 9110 §12.5.3: a 415 states which content coding is accepted.
    if (status === 415) reply.header('accept-encoding', 'identity');
    if (status >= 400 && status < 500) return sendSentence(reply, status);
    report({ error });
    return sendError(reply, new GatewayError('INTERNAL_SERVER_ERROR'));
  });
}

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST'];

function methodsFor(app: FastifyInstance, { url }: FastifyRequest): readonly HTTPMethods[] {
  const [path = ''] = url.split('?');
  // A route with a parameter is known by its pattern alone.
  const pattern = path.replace(/^\/content\/[^/]+$/, '/content/:token');
  return METHODS.filter((method) => app.hasRoute({ method, url: pattern }));
}
