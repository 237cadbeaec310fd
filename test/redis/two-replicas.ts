/** Two replicas as processes of their own, which share a real Redis, over one embedded Redox. */
import { onTestFinished } from 'vitest';
import { type ChartDocument, startSandbox } from '../../sandbox/sandbox.ts';
import { eventsOf, startGatewayProcess } from '../support/gateway-process.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import type { TestRedis } from './redis-server.ts';

/** They and Redox end with the test. Both have reached Redis. */
export async function startTwoReplicas(
  redis: TestRedis,
  charts: readonly ChartDocument[],
  settings: Record<string, string> = {},
) {
  const redox = await startSandbox({ charts });
  onTestFinished(() => redox.close());
  const env = { ...settingsFor(redox), LOG_LEVEL: 'info', REDIS_URL: redis.url, ...settings };
  const [writer, reader] = await Promise.all([startGatewayProcess(env), startGatewayProcess(env)]);
  /** Whether the log of each says last that Redis is there, or is not. */
  const isTold = (available: boolean) =>
    [writer, reader].every(
      ({ output }) =>
        eventsOf(output.stdout).findLast(({ event }) => event === 'redis')?.['available'] === available,
    );
  await until(() => isTold(true));
  return { redox, writer, reader, isTold };
}
