/** One line of the log for each request: its shape, and nothing that its caller chose but the method. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import type { AccessLine } from '../telemetry/log.ts';

export function logAccess(app: FastifyInstance, clock: Clock, write: (line: AccessLine) => void): void {
  app.addHook('onRequest', (request, { raw }, done) => {
    const { socket, method, routeOptions } = request;
    const begunAt = clock.now();
    const { bytesWritten } = socket;
    // Fastify's hook onResponse is not called when a client leaves while a stream is sent to it.
    raw.once('close', () => {
      write({
        route: routeOptions.url ?? 'none',
        method,
        status: raw.statusCode,
        durationMs: Math.round(clock.now() - begunAt),
        bytes: socket.bytesWritten - bytesWritten,
        // A stream that ends because its client has left is ended in order as well.
        isComplete: raw.writableFinished && !socket.destroyed,
      });
    });
    done();
  });
}
