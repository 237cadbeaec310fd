/**
 * Limits the connections of clients: connections that send no complete request headers in time are closed, and near the maximum,
 * idle connections are closed for new ones.
 */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';

/**
 * Counted from the beginning of a connection, or of a further request on it, to the last byte of its headers: enough for a phone
 * that changes its network. Node checks it every few seconds.
 */
export const HEADER_TIMEOUTS = { headersTimeout: 15_000, connectionsCheckingInterval: 5000 } as const;

/** Each takes some 10 kB. Thousands of browsers with six connections each need fewer, since idle ones close after a minute. */
const MAX_CONNECTIONS = 10_000;
/** From this fraction on, idle connections are closed. */
const NEAR = 0.9;
/** Looking for idle connections among thousands takes a millisecond. */
const MIN_BETWEEN_MS = 100;

export function boundConnections(
  server: FastifyInstance['server'],
  clock: Clock,
  max = MAX_CONNECTIONS,
): void {
  let open = 0;
  let closedIdleAt = Number.NEGATIVE_INFINITY;
  // Further connections are closed at once.
  server.maxConnections = max;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    const now = clock.now();
    if (open < max * NEAR || now - closedIdleAt < MIN_BETWEEN_MS) return;
    closedIdleAt = now;
    server.closeIdleConnections();
  });
}
