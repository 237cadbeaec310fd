/** Opens connections to Redox, with every limit stated. */
import { Pool } from 'undici';

/** A TCP and TLS handshake across a continent takes well below a second. */
const MAX_CONNECT_MS = 10_000;

/** Idle connections are closed before common load balancers close them (AWS: 60 s), as a race there costs a reset. */
const KEEP_ALIVE_MS = 20_000;

/** Every request must have a signal: the pool itself sets no time limit for a response's headers or body. */
export function openPool(origin: string, connections: number, timeoutMs: number): Pool {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    // With HTTP/1.1, ending one call closes one socket, and no message holds up another.
    allowH2: false,
    connect: { timeout: Math.min(timeoutMs, MAX_CONNECT_MS) },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
