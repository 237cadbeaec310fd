/** W-A and W-A20: operations of ten aliased root fields, with small and with larger files, against stock Apollo Server 5. */
import type { Effort } from '../effort.ts';
import type { Measured } from '../load.ts';
import { atLeast, atMost, formatNumber, type Goal, ofSpeed, type Result } from '../result.ts';
import { callsPerOperation, cpuPerOperation, median, medianRatio, perSecond, runInTurn } from '../rounds.ts';
import { startGateway, startStockApollo, startStockApolloUntuned, startUpstream } from '../systems.ts';
import { createCharts, createOperations } from '../workload.ts';
import { failuresOf } from './failures.ts';

const CLIENTS = 32;
const PATIENTS = 10;

interface Situation {
  readonly figure: 'W-A' | 'W-A20';
  readonly fileBytes: number;
  /** Null: for information. */
  readonly throughput: Goal | null;
  readonly ratio: Goal;
}

export function measureAliased(effort: Effort): Promise<Result[]> {
  return compare(effort, {
    figure: 'W-A',
    fileBytes: 600,
    throughput: ofSpeed(atLeast(600, 400)),
    ratio: atLeast(2.2, 1),
  });
}

export function measureAliasedFiles(effort: Effort): Promise<Result[]> {
  return compare(effort, { figure: 'W-A20', fileBytes: 20_000, throughput: null, ratio: atLeast(3.9, 1.5) });
}

async function compare({ waiting, withoutGoals }: Effort, situation: Situation): Promise<Result[]> {
  const { figure, fileBytes } = situation;
  const charts = { fileBytes, sizes: [5] } as const;
  await using upstream = await startUpstream({ latencyMs: 50, charts });
  await using gateway = await startGateway(upstream);
  await using untuned = await startStockApolloUntuned(upstream);
  await using tuned = await startStockApollo(upstream);
  await using interpreted = withoutGoals
    ? await startGateway(upstream, { EXECUTOR: 'graphql-js' })
    : undefined;
  const shape = 'aliased';
  const operations = createOperations(createCharts(charts), { patients: PATIENTS, documents: 5, shape });
  const servers = [gateway, untuned, tuned, ...(interpreted ? [interpreted] : [])];
  const systems = servers.map((server) => ({ server, clients: CLIENTS, operations }));
  const [ours = [], ofUntuned = [], ofTuned = [], ofInterpreted] = await runInTurn(
    systems,
    upstream,
    waiting,
  );
  const name = `ten aliased patients × 5 documents of ${formatNumber(fileBytes)} bytes`;
  return [
    ...describeThroughput(situation, name, ours, ofUntuned),
    describeOther(situation, name, ours, {
      rounds: ofTuned,
      label: "stock Apollo with NODE_ENV=production and the gateway's flags",
    }),
    ...(ofInterpreted
      ? [
          describeOther(situation, name, ours, {
            rounds: ofInterpreted,
            label: 'the gateway with EXECUTOR=graphql-js',
          }),
        ]
      : []),
    describeCalls(situation, name, ours, ofUntuned),
    ...[ofUntuned, ofTuned].map((stock) => describeCpu(situation, name, ours, stock)),
    ...failuresOf(figure, name, [ours, ofUntuned, ofTuned]),
  ];
}

function describeThroughput(
  { figure, throughput, ratio: goal }: Situation,
  name: string,
  ours: readonly Measured[],
  untuned: readonly Measured[],
): Result[] {
  const value = median(ours.map(perSecond));
  const ratio = medianRatio(ours.map(perSecond), untuned.map(perSecond));
  const row = {
    figure,
    situation: `throughput, 32 clients, ${name}, upstream 50 ms`,
    measured: `${formatNumber(value)} operations/s`,
    reference: `stock Apollo + DataLoader: ${formatNumber(median(untuned.map(perSecond)))} operations/s`,
    ratio,
  };
  const relative = { ...row, value: ratio, goal };
  return throughput === null ? [relative] : [relative, { ...row, value, goal: throughput }];
}

/** For information. */
function describeOther(
  { figure }: Situation,
  name: string,
  ours: readonly Measured[],
  { rounds, label }: { readonly rounds: readonly Measured[]; readonly label: string },
): Result {
  const ratio = medianRatio(ours.map(perSecond), rounds.map(perSecond));
  return {
    figure,
    situation: `throughput, 32 clients, ${name}, upstream 50 ms`,
    measured: `${formatNumber(median(ours.map(perSecond)))} operations/s`,
    reference: `${label}: ${formatNumber(median(rounds.map(perSecond)))} operations/s`,
    ratio,
    value: ratio,
    goal: null,
  };
}

function describeCalls(
  { figure }: Situation,
  name: string,
  ours: readonly Measured[],
  stock: readonly Measured[],
): Result {
  const value = median(ours.map(callsPerOperation));
  return {
    figure,
    situation: `calls, 32 clients, ${name}`,
    measured: `${formatNumber(value)} calls per operation`,
    reference: `stock Apollo + DataLoader: ${formatNumber(median(stock.map(callsPerOperation)))}`,
    ratio: medianRatio(ours.map(callsPerOperation), stock.map(callsPerOperation)),
    value,
    goal: atMost(0.7),
  };
}

function describeCpu(
  { figure }: Situation,
  name: string,
  ours: readonly Measured[],
  stock: readonly Measured[],
): Result {
  const ratio = medianRatio(ours.map(cpuPerOperation), stock.map(cpuPerOperation));
  return {
    figure,
    situation: `CPU per operation, 32 clients, ${name}`,
    measured: `${formatNumber(median(ours.map(cpuPerOperation)))} ms`,
    reference: `stock Apollo + DataLoader: ${formatNumber(median(stock.map(cpuPerOperation)))} ms`,
    ratio,
    value: ratio,
    goal: null,
  };
}
