/** Serves Apollo Sandbox to a browser that opens /graphql. It needs no token, as the page holds no data. */
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../graphql/server/context.ts';

/** Browsers name HTML first in `Accept` when they open a page; clients of the API do not. */
export function opensPage({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && /^text\/html\b/i.test(headers.accept ?? '');
}

export async function sendSandboxPage(
  apollo: ApolloServer<Context>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'GET',
      headers: new HeaderMap([['accept', 'text/html']]),
      search: '',
      body: undefined,
    },
    context: () => Promise.reject(new Error('the page of Apollo Sandbox needs no context')),
  });
  if (body.kind !== 'complete') throw new Error('the page of Apollo Sandbox is one piece');
  return reply.type('text/html; charset=utf-8').send(body.string);
}
