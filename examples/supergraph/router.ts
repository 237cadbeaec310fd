/** The router: Hive Gateway's runtime on loopback, which connects to the subgraphs only. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createGatewayRuntime, type GatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';

/** A little more than the media subgraph's OPERATION_TIMEOUT_MS, so that its own response states what was too slow. */
const SUBGRAPH_TIMEOUT_MS = 145_000;

export interface Router {
  /** The URL of its GraphQL endpoint. */
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

/** For each operation, in seconds, the greatest age that a subgraph stated for its remembered answers. */
const ages = new WeakMap<object, number>();

/** The greatest age in the responses of an operation so far; null if none states an age. */
function oldestAge(operation: object, stated: string | null): string | null {
  if (stated !== null) ages.set(operation, Math.max(ages.get(operation) ?? 0, Number(stated)));
  return ages.get(operation)?.toString() ?? null;
}

function createRuntime(supergraph: string): GatewayRuntime {
  return createGatewayRuntime({
    supergraph,
    transports: { http },
    propagateHeaders: {
      // The subgraph decides what a caller may see, by the caller's own token, and how old an answer may be, by the caller's
      // header; no other header is passed on.
      fromClientToSubgraphs: ({ request: { headers } }) => ({
        authorization: headers.get('authorization'),
        'cache-control': headers.get('cache-control'),
      }),
      fromSubgraphsToClient: ({ response: { headers }, subgraphName, context }) => ({
        age: oldestAge(context, headers.get('age')),
        // The media subgraph keeps documents out of every cache; the directory's header is less strict.
        'cache-control': subgraphName === 'media' ? headers.get('cache-control') : null,
      }),
      // One request may become several requests to subgraphs; of each header, the last value is used.
      deduplicateHeaders: true,
    },
    // A subscription lasts as long as its client is connected, or its token is valid.
    upstreamTimeout: ({ executionRequest }) =>
      executionRequest?.operationType === 'subscription' ? 0 : SUBGRAPH_TIMEOUT_MS,
    // When a client disconnects, its Media Queries must end …
    executionCancellation: true,
    upstreamCancellation: true,
    // … but not those of others: shared requests would end with the first caller's. The media subgraph itself sends one query to
    // Redox for callers of equal rights. Subscriptions would be sent by GET, with patients' identifiers in the URL.
    transportEntries: { '*.http': { options: { deduplicateInflightRequests: false, method: 'POST' } } },
    // By default, pages of every origin may read responses.
    cors: false,
    // Neither page works without scripts from other hosts.
    graphiql: false,
    landingPage: false,
    // Its lines quote requests to subgraphs, and with them patients' identifiers.
    logging: false,
    // `reporting` stays absent: nothing about operations is sent to any service.
  });
}
