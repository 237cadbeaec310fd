/** F3: what the gateway adds to an upstream call of 50 ms, one operation at a time. */
import { Pool } from 'undici';
import type { Server } from '../child.ts';
import type { Effort } from '../effort.ts';
import { createSender } from '../load.ts';
import { logIn, writeQuery } from '../reference/redox.ts';
import { atMost, formatNumber, type Result } from '../result.ts';
import { median } from '../rounds.ts';
import { startGateway, startUpstream } from '../systems.ts';
import { createCharts, createOperations, ID_TYPE, type Operation } from '../workload.ts';

const WARM_UPS = 30;

export async function measureLatency({ singleOperations }: Effort): Promise<Result[]> {
  await using upstream = await startUpstream({ latencyMs: 50 });
  await using gateway = await startGateway(upstream);
  const operations = createOperations(createCharts(), { patients: 10, documents: 5 });
  const url = new URL(gateway.ready['url'] ?? '');
  const gatewayPool = new Pool(url.origin);
  const upstreamPool = new Pool(upstream.ready['REDOX_API_URL'] ?? '');
  const askGateway = createSender(gatewayPool, url.pathname);
  const askUpstream = await createRawCall(upstreamPool, upstream);
  const [throughGateway, raw]: [number[], number[]] = [[], []];
  for (const operation of operations.slice(0, WARM_UPS + singleOperations)) {
    throughGateway.push(await timeOf(() => askGateway(operation)));
    raw.push(await timeOf(() => askUpstream(operation)));
  }
  await Promise.all([gatewayPool.close(), upstreamPool.close()]);
  const [ours, reference] = [median(throughGateway.slice(WARM_UPS)), median(raw.slice(WARM_UPS))];
  return [
    {
      figure: 'F3',
      situation: 'latency p50, one operation at a time, upstream 50 ms',
      measured: `${formatNumber(ours)} ms`,
      reference: `raw undici call: ${formatNumber(reference)} ms`,
      ratio: ours / reference,
      value: ours / reference,
      goal: atMost(1.1),
    },
  ];
}

/** The same patients, asked of Redox directly; the response is parsed, since a client needs what is in it. */
async function createRawCall(
  pool: Pool,
  { ready }: Server,
): Promise<(operation: Operation) => Promise<boolean>> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${await logIn(pool, ready)}` };
  const destination = ready['REDOX_DESTINATIONS']?.split(',')[0]?.split('=')[1];
  return async ({ patientIds }) => {
    const message = writeQuery(
      patientIds.map((id) => [{ id, idType: ID_TYPE }]),
      destination,
    );
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/endpoint',
      headers,
      body: message,
    });
    await body.json();
    return statusCode === 200;
  };
}

async function timeOf(work: () => Promise<boolean>): Promise<number> {
  const start = performance.now();
  if (!(await work())) throw new Error('a single operation was answered wrongly');
  return performance.now() - start;
}
