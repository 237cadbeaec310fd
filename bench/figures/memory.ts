/** M3: CPU time of the gateway's process for operations that are answered from memory, against those that ask Redox. */
import type { Effort } from '../effort.ts';
import type { Measured } from '../load.ts';
import { atMost, formatNumber, type Result } from '../result.ts';
import { callsPerOperation, cpuPerOperation, median, medianRatio, runInTurn } from '../rounds.ts';
import { startGateway, startUpstream } from '../systems.ts';
import { createCharts, createOperations } from '../workload.ts';
import { failuresOf } from './failures.ts';

/** One, for whom no calls are gathered: as in the figure, an operation that asks makes a call of its own. */
const CLIENTS = 1;
/** Longer than the benchmark takes, so that all 250 patients are in memory once they were asked for. */
const SETTINGS = { RECENT_SECONDS: '600' };
/** Many and short: what else the machine does then hits both programs, or a few rounds alone. */
const WINDOW = { settleMs: 50, measureMs: 250 };
const ROUNDS_FACTOR = 4;
const NAME = '10 patients × 5 documents, 1 client';

export async function measureMemory({ busy }: Effort): Promise<Result[]> {
  await using upstream = await startUpstream({ latencyMs: 0 });
  await using remembering = await startGateway(upstream, SETTINGS);
  await using asking = await startGateway(upstream, SETTINGS);
  const operations = createOperations(createCharts(), { patients: 10, documents: 5 });
  const systems = [
    { server: remembering, clients: CLIENTS, operations, headers: { 'cache-control': 'max-age=600' } },
    { server: asking, clients: CLIENTS, operations },
  ];
  const rounds = { ...busy, count: busy.count * ROUNDS_FACTOR, window: WINDOW };
  const [hits = [], misses = []] = await runInTurn(systems, upstream, rounds);
  const value = medianRatio(hits.map(cpuPerOperation), misses.map(cpuPerOperation));
  return [
    {
      figure: 'M3',
      situation: `CPU per operation answered from memory, ${NAME}`,
      measured: describe(hits),
      reference: `asking Redox: ${describe(misses)}`,
      ratio: value,
      value,
      goal: atMost(0.4),
    },
    ...failuresOf('M3', NAME, [hits, misses]),
  ];
}

function describe(rounds: readonly Measured[]): string {
  const calls = formatNumber(median(rounds.map(callsPerOperation)));
  return `${formatNumber(median(rounds.map(cpuPerOperation)))} ms, ${calls} calls each`;
}
