/** The programs that are measured, each started in its own process against one upstream. */
import { type Server, startServer } from './child.ts';
import type { ChartOptions } from './workload.ts';

export interface UpstreamOptions {
  readonly latencyMs: number;
  /** Default: as F1. */
  readonly charts?: ChartOptions;
  /** Instead of these, the chart of a session (M1). */
  readonly isSession?: boolean;
  /** `retryAfter`: the header of a 429; default: none. */
  readonly quota?: { readonly calls: number; readonly windowMs: number; readonly retryAfter?: string };
}

/** More calls than any benchmark makes. */
const NO_QUOTA = '100000000/1s';

export function startUpstream(options: UpstreamOptions): Promise<Server> {
  return startServer('./servers/upstream.ts', { UPSTREAM_OPTIONS: JSON.stringify(options) });
}

/** A Redox that sends large files as fast as it can. */
export function startFilesUpstream(files: {
  readonly count: number;
  readonly bytes: number;
}): Promise<Server> {
  return startServer('./servers/files.ts', { UPSTREAM_FILES: JSON.stringify(files) });
}

export function startRawReader(upstream: Server): Promise<Server> {
  return startServer('./reference/raw-reader.ts', upstream.ready);
}

/** In `settings`: the gateway's process is watched, for what it weighs and how late its event loop is. */
export const WATCHED = { WATCHES_PROCESS: '1' } as const;

/** The gateway without a quota of its own, and with `settings`. */
export function startGateway(upstream: Server, settings: Record<string, string> = {}): Promise<Server> {
  return startGatewayByDefault(upstream, { REDOX_RATE: NO_QUOTA, ...settings });
}

/** The gateway as it comes, with the quota that Redox gives by default, but for `settings`. */
export function startGatewayByDefault(
  upstream: Server,
  settings: Record<string, string> = {},
): Promise<Server> {
  // An unknown setting of the family is refused at start, so those of the benchmark stay out.
  const env = Object.entries(upstream.ready).filter(([name]) => !name.startsWith('BENCH_'));
  return startServer('./servers/gateway.ts', {
    ...Object.fromEntries(env),
    LOG_LEVEL: 'info',
    ...settings,
  });
}

export function startStockApollo(upstream: Server): Promise<Server> {
  return startServer('./reference/stock-apollo.ts', upstream.ready);
}

/** As one who follows its documentation starts it: without NODE_ENV, and without the flags of `npm start`. */
export function startStockApolloUntuned(upstream: Server): Promise<Server> {
  return startServer('./reference/stock-apollo.ts', { ...upstream.ready, NODE_ENV: '' }, { isTuned: false });
}

export function startPerField(upstream: Server): Promise<Server> {
  return startServer('./reference/stock-apollo.ts', { ...upstream.ready, BENCH_LOADER: 'per-field' });
}

/** `own`: with the gateway's resolvers; `hand-grouped`: with what the benchmark's one operation needs. */
export function startBareGraphql(upstream: Server, resolvers: 'own' | 'hand-grouped'): Promise<Server> {
  return startServer('./reference/bare-graphql.ts', { ...upstream.ready, BENCH_RESOLVERS: resolvers });
}
