/** F2: CPU time of the server's process per operation, against graphql-js alone. */
import type { Effort } from '../effort.ts';
import type { Measured } from '../load.ts';
import { atMost, formatNumber, type Result } from '../result.ts';
import { callsPerOperation, cpuPerOperation, median, medianRatio, runInTurn } from '../rounds.ts';
import { startBareGraphql, startGateway, startUpstream } from '../systems.ts';
import { createCharts, createOperations } from '../workload.ts';
import { failuresOf } from './failures.ts';

const CLIENTS = 16;

export async function measureCpu({ busy, withoutGoals }: Effort): Promise<Result[]> {
  await using upstream = await startUpstream({ latencyMs: 0 });
  await using gateway = await startGateway(upstream);
  await using bare = await startBareGraphql(upstream, 'hand-grouped');
  await using ownResolvers = withoutGoals ? await startBareGraphql(upstream, 'own') : undefined;
  await using interpreted = withoutGoals
    ? await startGateway(upstream, { EXECUTOR: 'graphql-js' })
    : undefined;
  const operations = createOperations(createCharts(), { patients: 10, documents: 5 });
  const results: Result[] = [];
  for (const clients of withoutGoals ? [CLIENTS, 1] : [CLIENTS]) {
    const servers = [
      gateway,
      bare,
      ...(ownResolvers ? [ownResolvers] : []),
      ...(interpreted ? [interpreted] : []),
    ];
    const systems = servers.map((server) => ({ server, clients, operations }));
    const [ours = [], ...others] = await runInTurn(systems, upstream, busy);
    const name = `10 patients × 5 documents, ${clients === 1 ? '1 client' : `${clients} clients`}`;
    const labels = [
      'graphql-js, grouped by hand',
      "graphql-js, the gateway's resolvers + DataLoader",
      'the gateway with EXECUTOR=graphql-js',
    ];
    const rows = others.map((reference, at): Result => {
      const ratio = medianRatio(ours.map(cpuPerOperation), reference.map(cpuPerOperation));
      return {
        figure: 'F2',
        situation: `CPU per operation, ${name}`,
        measured: describe(ours),
        reference: `${labels[at]}: ${describe(reference)}`,
        ratio,
        value: ratio,
        goal: at === 0 && clients === CLIENTS ? atMost(1.3, 2.2) : null,
      };
    });
    results.push(...rows, ...failuresOf('F2', name, [ours, ...others]));
  }
  return results;
}

function describe(rounds: readonly Measured[]): string {
  const calls = formatNumber(median(rounds.map(callsPerOperation)));
  return `${formatNumber(median(rounds.map(cpuPerOperation)))} ms, ${calls} calls each`;
}
