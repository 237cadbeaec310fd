/** Systems measured in turn, A B A B, so that whatever else the machine does hits all of them; and medians of that. */

import type { Server } from './child.ts';
import { type Measured, measure, type Window } from './load.ts';
import type { Operation } from './workload.ts';

export interface System {
  readonly server: Server;
  readonly clients: number;
  readonly operations: readonly Operation[];
  /** See `Load`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Rounds {
  readonly count: number;
  readonly window: Window;
  /** Load before the first round, for the compilers. */
  readonly warmUpMs: number;
}

/** The rounds of each system, in its place; a faulty answer anywhere is in `failed`. */
export async function runInTurn(
  systems: readonly System[],
  upstream: Server,
  { count, window, warmUpMs }: Rounds,
): Promise<Measured[][]> {
  const results: Measured[][] = systems.map(() => []);
  for (const system of systems) await run(system, upstream, { settleMs: 0, measureMs: warmUpMs });
  for (let round = 0; round < count; round += 1) {
    // Every other round begins at the other end, so that no program is always first after a pause.
    const order = [...systems.entries()];
    for (const [at, system] of round % 2 === 0 ? order : order.toReversed()) {
      results[at]?.push(await run(system, upstream, window));
    }
  }
  return results;
}

function run(
  { server, clients, operations, headers }: System,
  upstream: Server,
  window: Window,
): Promise<Measured> {
  const url = server.ready['url'] ?? '';
  const readUpstream = async () => {
    const { calls = 0, refused = 0, cpuMs = 0 } = await upstream.read();
    return { calls, refused, upstreamCpuMs: cpuMs };
  };
  return measure({ url, clients, operations, headers }, window, [server, { read: readUpstream }]);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** The median of the ratios within each round: both sides then saw the same machine. */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  return median(numerators.map((numerator, at) => numerator / (denominators[at] ?? Number.NaN)));
}

/** The value below which `share` of the ascending list lies. */
export function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}

export const perSecond = (round: Measured) => round.perSecond;
export const cpuPerOperation = (round: Measured) => (round.used['cpuMs'] ?? 0) / round.operations;
export const callsPerOperation = (round: Measured) => (round.used['calls'] ?? 0) / round.operations;
export const callsPerSecond = (round: Measured) => (round.used['calls'] ?? 0) / round.seconds;
