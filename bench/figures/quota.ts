/** F4: 200 clients under Redox's quota of 25 calls a second, each operation one random patient of 250. */
import type { Effort } from '../effort.ts';
import type { Measured } from '../load.ts';
import { atLeast, atMost, formatNumber, type Goal, type Result } from '../result.ts';
import { callsPerSecond, median, perSecond, quantile, runInTurn } from '../rounds.ts';
import { startGateway, startStockApollo, startUpstream } from '../systems.ts';
import { createCharts, createOperations } from '../workload.ts';

const CLIENTS = 200;
const QUOTA = { calls: 25, windowMs: 1000 };
/** Of each operation: far below the default, so that an operation that starves is noticed. */
const DEADLINE_MS = 5000;

export async function measureUnderQuota({ waiting }: Effort): Promise<Result[]> {
  const operations = createOperations(createCharts(), { patients: 1, documents: 5 });
  await using upstream = await startUpstream({ latencyMs: 50, quota: QUOTA });
  // The quota is the upstream's, not each program's: so they do not take turns, but one ends before the next begins.
  const ours = await (async () => {
    await using server = await startGateway(upstream, {
      REDOX_RATE: `${QUOTA.calls}/1s`,
      OPERATION_TIMEOUT_MS: String(DEADLINE_MS),
    });
    const [rounds = []] = await runInTurn([{ server, clients: CLIENTS, operations }], upstream, waiting);
    return rounds;
  })();
  const stock = await (async () => {
    await using server = await startStockApollo(upstream);
    const system = { server, clients: CLIENTS, operations };
    const [rounds = []] = await runInTurn([system], upstream, { ...waiting, count: 1, warmUpMs: 1500 });
    return rounds;
  })();
  return describeResults(ours, stock);
}

function describeResults(ours: readonly Measured[], stock: readonly Measured[]): Result[] {
  const value = median(ours.map(perSecond));
  const row = (situation: string, measured: string, goalOf: number, goal: Goal | null): Result => {
    return { figure: 'F4', situation, measured, reference: '', ratio: null, value: goalOf, goal };
  };
  const failed = sum(ours, ({ failed }) => failed);
  const late = sum(ours, ({ latenciesMs }) => latenciesMs.filter((ms) => ms > DEADLINE_MS).length);
  const refused = sum(ours, ({ used }) => used['refused'] ?? 0);
  const latencies = ours.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => formatNumber(quantile(latencies, share)));
  const stockValue = median(stock.map(perSecond));
  const stockFailed = sum(stock, ({ failed }) => failed);
  return [
    {
      ...row(
        '200 clients, quota 25 calls/s, upstream 50 ms',
        `${formatNumber(value)} operations/s`,
        value,
        atLeast(2500, 1900),
      ),
      reference: `stock Apollo + DataLoader: ${formatNumber(stockValue)} operations/s, ${formatNumber(stockFailed)} failed`,
      ratio: value / stockValue,
    },
    row('failed or wrong operations', formatNumber(failed), failed, atMost(0)),
    row(`operations over the deadline of ${DEADLINE_MS} ms`, formatNumber(late), late, atMost(0)),
    row('latency p50, p99, most', `${p50}, ${p99}, ${most} ms`, 0, null),
    row(
      'upstream calls, answered 429',
      `${formatNumber(median(ours.map(callsPerSecond)))}/s, ${refused}`,
      refused,
      atMost(0),
    ),
  ];
}

function sum(rounds: readonly Measured[], countIn: (round: Measured) => number): number {
  return rounds.reduce((total, round) => total + countIn(round), 0);
}
