/**
 * Creates a span for each upload and download, to which the calls that it causes belong. GraphQL operations have spans of their
 * own.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface RequestTrace {
  /** The parent of the spans of the request's calls; opaque here. */
  readonly context: unknown;
  /** `isComplete`: whether the client received the whole response. */
  end(result: { readonly status: number; readonly isComplete: boolean }): void;
}

export type StartTrace = (request: {
  readonly method: string;
  /** The pattern of the route, never the path. */
  readonly route: string;
  readonly headers: FastifyRequest['headers'];
}) => RequestTrace;

declare module 'fastify' {
  interface FastifyRequest {
    /** The context of the request's trace; absent where it has none. */
    traced?: unknown;
  }
}

/** It must be called before any hook that may refuse a request, so that refused requests are traced too. */
export function traceFiles(scope: FastifyInstance, start: StartTrace | null): void {
  if (start === null) return;
  scope.addHook('onRequest', (request, { raw }, done) => {
    const { method, headers, routeOptions } = request;
    const trace = start({ method, route: routeOptions.url ?? 'none', headers });
    request.traced = trace.context;
    raw.once('close', () => trace.end({ status: raw.statusCode, isComplete: raw.writableFinished }));
    done();
  });
}
