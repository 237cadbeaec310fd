/** Serves Apollo Sandbox to a browser that opens /graphql. It needs no token, as the page contains no data. */
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../graphql/server/context.ts';

/** Browsers name HTML first in `Accept` when they open a page; clients of the API do not. */
export function opensPage({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && /^text\/html\b/i.test(headers.accept ?? '');
}

/** What Apollo's page shows until its script is loaded from Apollo's site, and permanently if that site cannot be reached. */
const FALLBACK = /<div class="fallback">.*?<\/div>/s;

/** Apollo places the container of its script over this text, where it would receive the clicks. */
const withExplorerLink = (nonce: string) => `<div class="fallback">
  <h1>Redox Media gateway</h1>
  <p>Apollo Sandbox is loaded from Apollo's site, which cannot be reached from here.</p>
  <p><a href="explorer">Open the offline explorer</a>, which the gateway serves itself.</p>
</div>
<style nonce="${nonce}">#embeddableSandbox:empty { pointer-events: none; }</style>`;

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
  const [, nonce = ''] = /'nonce-([0-9a-f]+)'/.exec(body.string) ?? [];
  const page = body.string.replace(FALLBACK, withExplorerLink(nonce));
  return reply.type('text/html; charset=utf-8').send(page);
}
