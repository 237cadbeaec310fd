/** Hive Gateway's runtime as the router: on loopback, talking to the subgraphs alone. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createGatewayRuntime, type GatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';

/** A little more than the media subgraph's OPERATION_TIMEOUT_MS, so that its own answer says what was too slow. */
const SUBGRAPH_TIMEOUT_MS = 145_000;

export interface Router {
  /** Of its GraphQL endpoint. */
  readonly url: string;
  close(): Promise<void>;
}

/** @param port 0 takes any free one */
export async function startRouter(supergraph: string, port: number): Promise<Router> {
  const runtime = createRuntime(supergraph);
  const server = createServer(runtime);
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    await runtime.dispose();
    throw error;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the router listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await runtime.dispose();
    },
  };
}

function createRuntime(supergraph: string): GatewayRuntime {
  return createGatewayRuntime({
    supergraph,
    transports: { http },
    // The subgraph decides who may see what, by the caller's own token; no other header is its business.
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => {
        const authorization = request.headers.get('authorization');
        return authorization === null ? {} : { authorization };
      },
    },
    upstreamTimeout: SUBGRAPH_TIMEOUT_MS,
    // A caller who hangs up must not keep Media Queries running …
    executionCancellation: true,
    upstreamCancellation: true,
    // … nor end those of others: shared requests would end with the first caller's. The media subgraph itself asks
    // Redox once for callers of equal rights.
    transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } },
    // Its default lets pages of every origin read responses.
    cors: false,
    // Neither page works without scripts from other hosts.
    graphiql: false,
    landingPage: false,
    // Its lines quote requests to subgraphs, and with them patients' identifiers.
    logging: false,
    // `reporting` stays absent: nothing about operations is sent to anyone.
  });
}
