/** Connections to Redox, every limit written out. */
import { Pool } from 'undici';

/** A TCP and TLS handshake across a continent takes well below a second. */
const MAX_CONNECT_MS = 10_000;

/** Idle connections go before common load balancers drop theirs (AWS: 60 s), as a race there costs a reset. */
const KEEP_ALIVE_MS = 20_000;

/** Every request must carry a signal: the pool itself sets no limit to an answer's headers or body. */
export function openPool(origin: string, connections: number, timeoutMs: number): Pool {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    // HTTP/1.1, so that ending one call means closing one socket, and one message never stalls another.
    allowH2: false,
    connect: { timeout: Math.min(timeoutMs, MAX_CONNECT_MS) },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
