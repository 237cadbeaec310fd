/** `/metrics`, for Prometheus. Every request is counted by its route, never by its URL. */
import type { FastifyInstance } from 'fastify';

export interface MetricsRoute {
  readonly contentType: string;
  text(): Promise<string>;
  request(route: string, status: number): void;
}

export function addMetricsRoute(app: FastifyInstance, metrics: MetricsRoute): void {
  app.addHook('onResponse', async (request, reply) => {
    metrics.request(request.routeOptions.url ?? 'none', reply.statusCode);
  });
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
