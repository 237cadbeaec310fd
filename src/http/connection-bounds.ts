/**
 * Bounds the connections of callers: those that send nothing, or a request's headers a byte at a time, end; and beyond so many, idle
 * ones are closed for new ones.
 */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';

/**
 * From the beginning of a connection, or of a further request on it, to the last byte of its headers: a telephone that changes its
 * network is back by then. It is looked at a few times as often.
 */
export const HEADER_TIMEOUTS = { headersTimeout: 15_000, connectionsCheckingInterval: 5000 } as const;

/** Some 10 kB each. Thousands of browsers with six each are fewer, since idle ones close after a minute. */
const MAX_CONNECTIONS = 10_000;
/** From this share of them on, idle ones are closed. */
const NEAR = 0.9;
/** Looking for idle ones takes a millisecond for thousands of them. */
const MIN_BETWEEN_MS = 100;

export function boundConnections(
  server: FastifyInstance['server'],
  clock: Clock,
  max = MAX_CONNECTIONS,
): void {
  let open = 0;
  let closedIdleAt = Number.NEGATIVE_INFINITY;
  // Further ones are closed at once.
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
