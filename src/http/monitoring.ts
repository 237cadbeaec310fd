/** `/livez` and `/readyz` for orchestrators, and `/metrics` for Prometheus. */
import type { FastifyInstance } from 'fastify';

export interface Readiness {
  /** True from the first stop signal on. */
  readonly isDraining: boolean;
  /** Resolves when Redox grants a token, else rejects: the process is then not ready, but a restart would not help. */
  readonly hasToken: () => Promise<void>;
  /** Resolves to whether the audit trail can be written. */
  readonly canAudit: () => Promise<boolean>;
  /** Whether Redox's events can be recorded. Queries work without them, so the process is ready, with a warning. */
  readonly canRecordEvents: () => boolean;
}

export function addHealthRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get('/livez', async () => ({ alive: true }));
  app.get('/readyz', async (_, reply) => {
    const reason = await reasonNotReady(readiness);
    return reply.code(reason === null ? 200 : 503).send({
      ready: reason === null,
      ...(reason && { reason }),
      ...(!readiness.canRecordEvents() && { warning: 'events of Redox cannot be recorded' }),
    });
  });
}

async function reasonNotReady({ isDraining, hasToken, canAudit }: Readiness): Promise<string | null> {
  if (isDraining) return 'draining';
  if (!(await canAudit())) return 'the audit trail cannot be written';
  return await hasToken().then(
    () => null,
    () => 'no Redox token',
  );
}

export interface MetricsRoute {
  readonly contentType: string;
  text(): Promise<string>;
  request(route: string, status: number): void;
}

/** Every request is counted by its route, never by its URL. */
export function addMetricsRoute(app: FastifyInstance, metrics: MetricsRoute): void {
  app.addHook('onRequest', ({ routeOptions }, { raw }, done) => {
    // Fastify does not call its hook onResponse when a client disconnects while a stream is sent to it.
    raw.once('close', () => metrics.request(routeOptions.url ?? 'none', raw.statusCode));
    done();
  });
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
