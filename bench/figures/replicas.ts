/**
 * R: what several replicas cost in calls, and what routing gives back. 256 clients of 16 authorities, each operation one random
 * patient of 250, under a quota of 25 calls a second that the replicas divide. A load balancer that spreads connections leaves
 * each replica a part of each authority's operations; one that routes by the caller's authority leaves them together.
 */
import type { Server } from '../child.ts';
import type { Effort } from '../effort.ts';
import { type Load, type Measured, measure } from '../load.ts';
import { formatNumber, type Result } from '../result.ts';
import { startGatewayByDefault, startUpstream } from '../systems.ts';
import { issueTokens } from '../tokens.ts';
import { createCharts, createOperations } from '../workload.ts';

const REPLICAS = [1, 2, 4];
const AUTHORITIES = 16;
/** Divisible by every number of replicas. */
const CLIENTS_OF_AUTHORITY = 16;
const QUOTA = { calls: 25, windowMs: 1000 };
const WARM_UP_MS = 3000;

type Routing = 'spread' | 'by authority';

export async function measureReplicas({ waiting: { window }, withoutGoals }: Effort): Promise<Result[]> {
  if (!withoutGoals) return [];
  const charts = { fileBytes: 300, sizes: [5] } as const;
  const operations = createOperations(createCharts(charts), { patients: 1, documents: 5 });
  const { settings, tokens } = await issueTokens(AUTHORITIES);
  const results: Result[] = [];
  for (const count of REPLICAS) {
    await using upstream = await startUpstream({ latencyMs: 50, charts, quota: QUOTA });
    await using replicas = new AsyncDisposableStack();
    const servers: Server[] = [];
    for (let at = 0; at < count; at += 1) {
      const rate = `${Math.floor(QUOTA.calls / count)}/1s`;
      servers.push(replicas.use(await startGatewayByDefault(upstream, { ...settings, REDOX_RATE: rate })));
    }
    for (const routing of count === 1 ? (['spread'] as const) : (['spread', 'by authority'] as const)) {
      const loads = loadsFor(routing, servers, tokens).map((load) => ({ ...load, operations }));
      await runAll(loads, { settleMs: 0, measureMs: WARM_UP_MS }, upstream);
      results.push(describe(count, routing, await runAll(loads, window, upstream)));
    }
  }
  return results;
}

function loadsFor(
  routing: Routing,
  servers: readonly Server[],
  tokens: readonly string[],
): Omit<Load, 'operations'>[] {
  return tokens.flatMap((token, authority) => {
    const chosen = routing === 'spread' ? servers : servers.slice(authority % servers.length).slice(0, 1);
    const headers = { authorization: `Bearer ${token}` };
    return chosen.map(({ ready }) => ({
      url: ready['url'] ?? '',
      clients: CLIENTS_OF_AUTHORITY / chosen.length,
      headers,
    }));
  });
}

/** All loads at once; the upstream is read with the first of them. */
function runAll(loads: readonly Load[], window: Parameters<typeof measure>[1], upstream: Server) {
  return Promise.all(loads.map((load, at) => measure(load, window, at === 0 ? [upstream] : [])));
}

function describe(count: number, routing: Routing, rounds: readonly Measured[]): Result {
  const operations = rounds.reduce((total, round) => total + round.operations, 0);
  const failed = rounds.reduce((total, round) => total + round.failed, 0);
  const value = (rounds[0]?.used['calls'] ?? 0) / operations;
  const rate = rounds.reduce((total, round) => total + round.perSecond, 0);
  return {
    figure: 'R',
    situation: `${count} ${count === 1 ? 'replica' : `replicas, ${routing}`}`,
    measured: `${formatNumber(value)} calls per operation, ${formatNumber(rate)} operations/s, ${failed} failed`,
    reference: '',
    ratio: null,
    value,
    goal: null,
  };
}
