/** F1: operations a second, against the same resolvers on stock Apollo Server 5 with a plain DataLoader. */
import type { Server } from '../child.ts';
import type { Effort } from '../effort.ts';
import type { Measured } from '../load.ts';
import { atLeast, formatNumber, type Result } from '../result.ts';
import { callsPerOperation, median, medianRatio, perSecond, runInTurn } from '../rounds.ts';
import { startGateway, startPerField, startStockApollo, startUpstream } from '../systems.ts';
import { createCharts, createOperations, type WorkloadOptions } from '../workload.ts';
import { failuresOf } from './failures.ts';

const CLIENTS = 16;

const SITUATIONS: readonly (WorkloadOptions & { readonly goal: number | null; readonly reached?: number })[] =
  [
    { patients: 10, documents: 5, goal: 1.6, reached: 0.9 },
    { patients: 50, documents: 10, goal: 1.6, reached: 0.95 },
    { patients: 10, documents: 5, withIds: true, goal: null },
  ];

interface Comparison {
  readonly upstream: Server;
  readonly effort: Effort;
  readonly situation: (typeof SITUATIONS)[number];
}

export async function measureThroughput(effort: Effort): Promise<Result[]> {
  await using upstream = await startUpstream({ latencyMs: 0 });
  await using gateway = await startGateway(upstream);
  await using stock = await startStockApollo(upstream);
  await using interpreted = effort.withoutGoals
    ? await startGateway(upstream, { EXECUTOR: 'graphql-js' })
    : undefined;
  await using perField = effort.withoutGoals ? await startPerField(upstream) : undefined;
  const results: Result[] = [];
  for (const situation of SITUATIONS) {
    if (situation.goal === null && !effort.withoutGoals) continue;
    const references = [
      { server: stock, label: 'stock Apollo + DataLoader' },
      ...(interpreted ? [{ server: interpreted, label: 'the gateway with EXECUTOR=graphql-js' }] : []),
      ...(perField && situation.goal !== null
        ? [{ server: perField, label: 'stock Apollo, one call per field' }]
        : []),
    ];
    results.push(...(await compare(gateway, references, { upstream, effort, situation })));
  }
  return results;
}

/** The first of the references is the one that the goal is about. */
async function compare(
  gateway: Server,
  references: readonly { readonly server: Server; readonly label: string }[],
  { upstream, effort, situation }: Comparison,
): Promise<Result[]> {
  const { patients, documents, withIds = false, goal, reached } = situation;
  const operations = createOperations(createCharts(), situation);
  const systems = [gateway, ...references.map(({ server }) => server)].map((server) => ({
    server,
    clients: CLIENTS,
    operations,
  }));
  const [ours = [], ...others] = await runInTurn(systems, upstream, effort.busy);
  const name = `${patients} patients × ${documents} documents${withIds ? ', sealed ids selected' : ''}`;
  const rows = others.map((reference, at): Result => {
    const label = references[at]?.label ?? '';
    const ratio = medianRatio(ours.map(perSecond), reference.map(perSecond));
    return {
      figure: 'F1',
      situation: `throughput, ${name}`,
      measured: describe(ours),
      reference: `${label}: ${describe(reference)}`,
      ratio,
      value: ratio,
      goal: at === 0 && goal !== null ? atLeast(goal, reached) : null,
    };
  });
  return [...rows, ...failuresOf('F1', name, [ours, ...others])];
}

function describe(rounds: readonly Measured[]): string {
  const operations = formatNumber(median(rounds.map(perSecond)));
  return `${operations} operations/s, ${formatNumber(median(rounds.map(callsPerOperation)))} calls each`;
}
