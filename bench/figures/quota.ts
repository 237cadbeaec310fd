/**
 * F4, W-B and W-C: 200 clients under a quota of 25 calls a second, each operation one random patient of 250. In F4 the gateway
 * knows the quota; in the others it has the setting that it comes with, which allows 3,750 calls before it slows down. In W-C
 * clients accept answers that are five seconds old.
 */
import type { Effort } from '../effort.ts';
import type { Measured } from '../load.ts';
import { atLeast, atMost, formatNumber, type Goal, ofSpeed, type Result } from '../result.ts';
import {
  callsPerSecond,
  cpuPerOperation,
  median,
  perSecond,
  quantile,
  type Rounds,
  runInTurn,
} from '../rounds.ts';
import { startGateway, startGatewayByDefault, startStockApollo, startUpstream } from '../systems.ts';
import { createCharts, createOperations, type WorkloadOptions } from '../workload.ts';

const CLIENTS = 200;
const QUOTA = { calls: 25, windowMs: 1000 };
/** Of each operation in F4: far below the default, so that an operation that starves is noticed. */
const DEADLINE_MS = 5000;
/** The pace of an upstream that is stricter than the setting is found by 429s, within this time. */
const WARM_UP_MS = 8000;

interface Situation {
  readonly figure: 'F4' | 'W-B' | 'W-C';
  readonly name: string;
  readonly start: typeof startGateway;
  readonly settings: Record<string, string>;
  /** Of the upstream's 429. */
  readonly retryAfter: string | undefined;
  readonly shape: WorkloadOptions['shape'];
  readonly fileBytes: number;
  readonly warmUpMs: number;
  readonly minMeasureMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly throughput: Goal;
  readonly latencyP99Ms: Goal | null;
  /** Of the calls: where the gateway knows the quota, it never exceeds it. */
  readonly refused: Goal | null;
  readonly callsPerSecond: Goal | null;
}

/** An upstream that the gateway's own setting allows more than it takes. */
const STRICTER = {
  start: startGatewayByDefault,
  settings: {},
  retryAfter: '1',
  shape: 'aliased',
  fileBytes: 600,
  refused: null,
} as const;

export function measureUnderQuota({ waiting }: Effort): Promise<Result[]> {
  return compare(waiting, {
    figure: 'F4',
    name: '200 clients, quota 25 calls/s, upstream 50 ms',
    start: startGateway,
    settings: {
      REDOX_RATE: `${QUOTA.calls}/1s`,
      OPERATION_TIMEOUT_MS: String(DEADLINE_MS),
    },
    retryAfter: undefined,
    shape: 'list',
    fileBytes: 300,
    warmUpMs: waiting.warmUpMs,
    throughput: ofSpeed(atLeast(2500, 1900)),
    latencyP99Ms: null,
    refused: atMost(0),
    callsPerSecond: null,
  });
}

export function measureStricterQuota({ waiting }: Effort): Promise<Result[]> {
  return compare(waiting, {
    ...STRICTER,
    figure: 'W-B',
    name: '200 clients, upstream allows 25 calls/s, default settings, upstream 50 ms',
    warmUpMs: Math.max(WARM_UP_MS, waiting.warmUpMs),
    throughput: ofSpeed(atLeast(2000, 1200)),
    latencyP99Ms: ofSpeed(atMost(400)),
    callsPerSecond: null,
  });
}

export function measureWithMemory({ waiting }: Effort): Promise<Result[]> {
  return compare(waiting, {
    ...STRICTER,
    figure: 'W-C',
    name: 'as W-B, with Cache-Control: max-age=5',
    headers: { 'cache-control': 'max-age=5' },
    warmUpMs: waiting.warmUpMs,
    // An answer of five seconds is asked for anew at least once meanwhile.
    minMeasureMs: 6000,
    throughput: ofSpeed(atLeast(3000, 1500)),
    latencyP99Ms: null,
    callsPerSecond: atMost(5, 12),
  });
}

async function compare(waiting: Rounds, situation: Situation): Promise<Result[]> {
  const {
    start,
    settings,
    retryAfter,
    fileBytes,
    shape = 'list',
    warmUpMs,
    headers,
    minMeasureMs = 0,
  } = situation;
  const measureMs = Math.max(waiting.window.measureMs, minMeasureMs);
  const window = { ...waiting.window, measureMs };
  const quota = { ...QUOTA, ...(retryAfter !== undefined && { retryAfter }) };
  const charts = { fileBytes, sizes: [5] } as const;
  const operations = createOperations(createCharts(charts), { patients: 1, documents: 5, shape });
  await using upstream = await startUpstream({ latencyMs: 50, quota, charts });
  // The quota is the upstream's, not each program's: so they do not take turns, but one ends before the next begins.
  const ours = await (async () => {
    await using server = await start(upstream, settings);
    const system = { server, clients: CLIENTS, operations, ...(headers && { headers }) };
    const [rounds = []] = await runInTurn([system], upstream, { ...waiting, window, warmUpMs });
    return rounds;
  })();
  const stock = await (async () => {
    await using server = await startStockApollo(upstream);
    const system = { server, clients: CLIENTS, operations };
    const [rounds = []] = await runInTurn([system], upstream, { ...waiting, count: 1, warmUpMs: 1500 });
    return rounds;
  })();
  return describeResults(situation, ours, stock);
}

function describeResults(
  { figure, name, throughput, latencyP99Ms, refused: refusedGoal, callsPerSecond: callsGoal }: Situation,
  ours: readonly Measured[],
  stock: readonly Measured[],
): Result[] {
  const value = median(ours.map(perSecond));
  const row = (situation: string, measured: string, goalOf: number, goal: Goal | null): Result => {
    return { figure, situation, measured, reference: '', ratio: null, value: goalOf, goal };
  };
  const calls = median(ours.map(callsPerSecond));
  const failed = sum(ours, (round) => round.failed);
  const late = sum(ours, ({ latenciesMs }) => latenciesMs.filter((ms) => ms > DEADLINE_MS).length);
  const refused = sum(ours, ({ used }) => used['refused'] ?? 0);
  const latencies = ours.flatMap(({ latenciesMs }) => latenciesMs).sort((a, b) => a - b);
  const p99 = quantile(latencies, 0.99);
  const texts = [quantile(latencies, 0.5), p99, quantile(latencies, 1)].map(formatNumber);
  const stockFailed = sum(stock, (round) => round.failed);
  const reference = `${formatNumber(median(stock.map(perSecond)))} operations/s, ${formatNumber(stockFailed)} failed`;
  return [
    {
      ...row(name, `${formatNumber(value)} operations/s`, value, throughput),
      reference: `stock Apollo + DataLoader: ${reference}`,
      ratio: value / median(stock.map(perSecond)),
    },
    row('failed or wrong operations', formatNumber(failed), failed, atMost(0)),
    row(`operations over the deadline of ${DEADLINE_MS} ms`, formatNumber(late), late, atMost(0)),
    row('latency p50, p99, most', `${texts.join(', ')} ms`, p99, latencyP99Ms),
    row('CPU', `${formatNumber(median(ours.map(cpuPerOperation)))} ms per operation`, 0, null),
    row('upstream calls', `${formatNumber(calls)}/s`, calls, callsGoal),
    row('upstream calls answered 429', formatNumber(refused), refused, refusedGoal),
  ];
}

function sum(rounds: readonly Measured[], countIn: (round: Measured) => number): number {
  return rounds.reduce((total, round) => total + countIn(round), 0);
}
