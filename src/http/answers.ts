/** Answers that are not GraphQL's own: the same shape as GraphQL errors, in fixed words. */
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { GatewayError } from '../errors.ts';

export function sendError(reply: FastifyReply, status: number, error: GatewayError): FastifyReply {
  return reply.code(status).send({ errors: [{ message: error.message, extensions: error.extensions }] });
}

const SENTENCES: Readonly<Record<number, string>> = {
  400: 'The request body is not JSON.',
  404: 'There is nothing here; GraphQL is at /graphql.',
  413: 'The request is too large.',
  415: 'The request body must be application/json.',
};

/** Fastify's own messages quote the request; these do not. */
export function answerInFixedWords(
  app: FastifyInstance,
  report: (event: { readonly error: unknown }) => void,
): void {
  const sendSentence = (reply: FastifyReply, status: number) => {
    const message = SENTENCES[status] ?? 'The request cannot be handled.';
    return reply.code(status).send({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
  };
  app.setNotFoundHandler((_, reply) => sendSentence(reply, 404));
  app.setErrorHandler((error: FastifyError, _, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) return sendSentence(reply, status);
    report({ error });
    return sendError(reply, 500, new GatewayError('INTERNAL_SERVER_ERROR'));
  });
}
