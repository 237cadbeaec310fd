/** For orchestrators: alive (restart me if not), and ready (send me callers, or not just now). */
import type { FastifyInstance } from 'fastify';

export interface Readiness {
  /** True from the moment the process is told to stop. */
  readonly draining: boolean;
  /** Resolves when Redox grants a token; its faults are the callers' to see, not a reason to restart. */
  readonly hasToken: () => Promise<void>;
  /** Resolves to whether the audit trail can be written. */
  readonly canAudit: () => Promise<boolean>;
}

export function addHealthRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get('/livez', async () => ({ alive: true }));
  app.get('/readyz', async (_, reply) => {
    const reason = await whyNotReady(readiness);
    return reply
      .code(reason === null ? 200 : 503)
      .send({ ready: reason === null, ...(reason && { reason }) });
  });
}

async function whyNotReady({ draining, hasToken, canAudit }: Readiness): Promise<string | null> {
  if (draining) return 'draining';
  if (!(await canAudit())) return 'the audit trail cannot be written';
  return await hasToken().then(
    () => null,
    () => 'no Redox token',
  );
}
