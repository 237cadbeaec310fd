/** Writes one log line for each request: route, method, status, duration and size. Of these, the client chose only the method. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import type { AccessLine } from '../telemetry/log.ts';

export function logAccess(app: FastifyInstance, clock: Clock, write: (line: AccessLine) => void): void {
  app.addHook('onRequest', (request, { raw }, done) => {
    const { socket, method, routeOptions } = request;
    const begunAt = clock.now();
    const { bytesWritten } = socket;
    // Fastify does not call its hook onResponse when a client disconnects while a stream is sent to it.
    raw.once('close', () => {
      write({
        route: routeOptions.url ?? 'none',
        method,
        status: raw.statusCode,
        durationMs: Math.round(clock.now() - begunAt),
        bytes: socket.bytesWritten - bytesWritten,
        // A stream that ends because its client disconnected also counts as finished for Node.
        isComplete: raw.writableFinished && !socket.destroyed,
      });
    });
    done();
  });
}
