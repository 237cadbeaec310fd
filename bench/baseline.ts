/**
 * How fast the machine is while the benchmark runs: a fixed piece of work by the clock, against what it takes where the goals are
 * reached. Numbers of operations a second are compared with what that leaves of them, so that a busy or slow machine fails no run.
 */
import { hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { median } from './rounds.ts';
import { createCharts, createOperations } from './workload.ts';

/** Of one piece of work, on two cores that do nothing else; see docs/performance.md. */
const REFERENCE_MS = 5;
const PIECES = 25;

/** What the work takes now, in times of the reference; 1 where the machine is as fast, or faster. */
export async function measureSlowdown(): Promise<number> {
  const charts = createCharts({ fileBytes: 300, sizes: [5] });
  const [operation] = createOperations(charts, { patients: 50, documents: 5 });
  const text = operation?.expected?.toString() ?? '';
  const times: number[] = [];
  // The first ones are for the compilers.
  for (let piece = 0; piece < 2 * PIECES; piece += 1) {
    const start = performance.now();
    work(text);
    times.push(performance.now() - start);
    await nextTurn();
  }
  return Math.max(1, median(times.slice(PIECES)) / REFERENCE_MS);
}

/** What a server does most: it parses, looks up, writes and hashes. */
function work(text: string): void {
  for (let round = 0; round < 40; round += 1) {
    const { data } = JSON.parse(text);
    const byName = new Map(Object.entries({ ...data, round }));
    hash('sha256', JSON.stringify([...byName]));
  }
}
