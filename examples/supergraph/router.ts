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

/** Of each operation, in seconds: of what a subgraph remembers it says how old the oldest is. */
const ages = new WeakMap<object, number>();

/** Of an operation's responses until now; null where none has an age. */
function oldestAge(operation: object, stated: string | null): string | null {
  if (stated !== null) ages.set(operation, Math.max(ages.get(operation) ?? 0, Number(stated)));
  return ages.get(operation)?.toString() ?? null;
}

function createRuntime(supergraph: string): GatewayRuntime {
  return createGatewayRuntime({
    supergraph,
    transports: { http },
    propagateHeaders: {
      // The subgraph decides who may see what, by the caller's own token, and how old an answer may be, by what the
      // caller says of it; no other header is its business.
      fromClientToSubgraphs: ({ request: { headers } }) => ({
        authorization: headers.get('authorization'),
        'cache-control': headers.get('cache-control'),
      }),
      fromSubgraphsToClient: ({ response: { headers }, subgraphName, context }) => ({
        age: oldestAge(context, headers.get('age')),
        // It keeps documents out of every cache; what the directory sends is less strict.
        'cache-control': subgraphName === 'media' ? headers.get('cache-control') : null,
      }),
      // One request may be several to subgraphs; of each header the last value counts.
      deduplicateHeaders: true,
    },
    // A subscription lasts as long as its caller listens, or the token is valid.
    upstreamTimeout: ({ executionRequest }) =>
      executionRequest?.operationType === 'subscription' ? 0 : SUBGRAPH_TIMEOUT_MS,
    // A caller who hangs up must not keep Media Queries running …
    executionCancellation: true,
    upstreamCancellation: true,
    // … nor end those of others: shared requests would end with the first caller's. The media subgraph itself asks
    // Redox once for callers of equal rights.
    // Subscriptions would go by GET, with patients' identifiers in the URL.
    transportEntries: { '*.http': { options: { deduplicateInflightRequests: false, method: 'POST' } } },
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
