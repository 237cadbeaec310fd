/** F8: 32 clients without a quota, each operation 10 random patients of 250; what gathering saves when upstream is slow. */
import type { Effort } from '../effort.ts';
import type { Measured } from '../load.ts';
import { atLeast, atMost, formatNumber, ofSpeed, type Result } from '../result.ts';
import { callsPerOperation, median, medianRatio, perSecond, runInTurn } from '../rounds.ts';
import { startGateway, startPerField, startStockApollo, startUpstream } from '../systems.ts';
import { createCharts, createOperations } from '../workload.ts';
import { failuresOf } from './failures.ts';

const CLIENTS = 32;
const SITUATION = '32 clients, 10 patients × 5 documents, upstream 50 ms';

export async function measureGathering({ waiting, withoutGoals }: Effort): Promise<Result[]> {
  await using upstream = await startUpstream({ latencyMs: 50 });
  await using gateway = await startGateway(upstream);
  await using stock = await startStockApollo(upstream);
  await using perField = withoutGoals ? await startPerField(upstream) : undefined;
  const operations = createOperations(createCharts(), { patients: 10, documents: 5 });
  const systems = [gateway, stock, ...(perField ? [perField] : [])].map((server) => ({
    server,
    clients: CLIENTS,
    operations,
  }));
  const [ours = [], ...others] = await runInTurn(systems, upstream, waiting);
  const value = median(ours.map(perSecond));
  const calls = median(ours.map(callsPerOperation));
  const [ofStock = [], ofPerField] = others;
  const row = { figure: 'F8', situation: SITUATION, measured: `${formatNumber(value)} operations/s` };
  return [
    {
      ...row,
      reference: `stock Apollo + DataLoader: ${describe(ofStock)}`,
      ratio: medianRatio(ours.map(perSecond), ofStock.map(perSecond)),
      value,
      goal: ofSpeed(atLeast(600, 350)),
    },
    ...(ofPerField ? [comparePerField(row, ours, ofPerField)] : []),
    {
      ...row,
      measured: `${formatNumber(calls)} calls per operation`,
      reference: 'stock Apollo + DataLoader',
      ratio: medianRatio(ours.map(callsPerOperation), ofStock.map(callsPerOperation)),
      value: calls,
      goal: atMost(0.7),
    },
    ...failuresOf('F8', SITUATION, [ours, ...others]),
  ];
}

function comparePerField(
  row: Pick<Result, 'figure' | 'situation' | 'measured'>,
  ours: readonly Measured[],
  perField: readonly Measured[],
): Result {
  const ratio = medianRatio(ours.map(perSecond), perField.map(perSecond));
  const reference = `stock Apollo, one call per field: ${describe(perField)}`;
  return { ...row, reference, ratio, value: ratio, goal: null };
}

function describe(rounds: readonly Measured[]): string {
  const operations = formatNumber(median(rounds.map(perSecond)));
  return `${operations} operations/s, ${formatNumber(median(rounds.map(callsPerOperation)))} calls each`;
}
