/** A span for each upload and download, to which the calls that it causes belong. GraphQL operations have spans of their own. */
import type { FastifyInstance, FastifyRequest } from 'fastify';

export interface RequestTrace {
  /** What the calls of the request are traced as part of; opaque here. */
  readonly context: unknown;
  /** `isComplete`: whether the client got all of the response. */
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
    /** The context of its trace; absent where it has none. */
    traced?: unknown;
  }
}

/** Called before whatever may refuse a request, so that refused ones are traced, too. */
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
