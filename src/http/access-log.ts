/** One line of the log for each request: its shape, and nothing that its caller chose but the method. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';

export interface AccessLine {
  /** The pattern of the route, such as `/content/:token`; `none` for any other path. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
  /** Bytes sent, headers included. */
  readonly bytes: number;
  /** Whether the client got all of the response. */
  readonly isComplete: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** When it began, and what its connection had sent by then. */
    begun: { readonly at: number; readonly bytesWritten: number } | null;
  }
}

export function logAccess(app: FastifyInstance, clock: Clock, write: (line: AccessLine) => void): void {
  app.decorateRequest('begun', null);
  app.addHook('onRequest', (request, _, done) => {
    request.begun = { at: clock.now(), bytesWritten: request.socket.bytesWritten };
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { at = clock.now(), bytesWritten = 0 } = request.begun ?? {};
    write({
      route: request.routeOptions.url ?? 'none',
      method: request.method,
      status: reply.statusCode,
      durationMs: Math.round(clock.now() - at),
      bytes: request.socket.bytesWritten - bytesWritten,
      // A stream that ends because its client has left is ended in order as well.
      isComplete: reply.raw.writableFinished && !request.socket.destroyed,
    });
    done();
  });
}
