/**
 * `npm run bench`: measures the figures, prints them as a table and keeps them in bench/results.json and
 * docs/performance.md. `--short`: in about three minutes, changing no document. `--only=F1,F8`: just these.
 * `--profile=FOLDER`: CPU profiles of all servers. Exit code 1: a figure is so far from its goal that it is no noise.
 */
import { measureSlowdown } from './baseline.ts';
import { type Effort, FULL, SHORT } from './effort.ts';
import { measureAliased, measureAliasedFiles } from './figures/aliased.ts';
import { measureContents } from './figures/contents.ts';
import { measureCpu } from './figures/cpu.ts';
import { measureDownloads } from './figures/downloads.ts';
import { measureGathering } from './figures/gathering.ts';
import { measureLatency } from './figures/latency.ts';
import { measureMemory } from './figures/memory.ts';
import { measurePlanner } from './figures/planner.ts';
import { measureStricterQuota, measureUnderQuota, measureWithMemory } from './figures/quota.ts';
import { measureReplicas } from './figures/replicas.ts';
import { measureFilesFromMemory, measureSession } from './figures/session.ts';
import { measureThroughput } from './figures/throughput.ts';
import { measureUploads } from './figures/uploads.ts';
import { describeMachine, formatTable, updateDocument, writeResults } from './report.ts';
import { isBelowFloor, type Result } from './result.ts';

const FIGURES: Readonly<Record<string, (effort: Effort) => Promise<Result[]>>> = {
  P6: measurePlanner,
  F1: measureThroughput,
  F2: measureCpu,
  F3: measureLatency,
  F4: measureUnderQuota,
  F8: measureGathering,
  'W-A': measureAliased,
  'W-A20': measureAliasedFiles,
  'W-B': measureStricterQuota,
  'W-C': measureWithMemory,
  M1: measureSession,
  M2: measureFilesFromMemory,
  M3: measureMemory,
  F5: measureContents,
  F7: measureDownloads,
  U1: measureUploads,
  R: measureReplicas,
};

const isShort = process.argv.includes('--short');
const only = process.argv
  .find((argument) => argument.startsWith('--only='))
  ?.slice(7)
  .split(',');
const results: Result[] = [];
const failed: Result[] = [];
for (const [figure, measureFigure] of Object.entries(FIGURES)) {
  if (only && !only.includes(figure)) continue;
  process.stderr.write(`${figure} …\n`);
  const before = await measureSlowdown();
  const ofFigure = await measureFigure(isShort ? SHORT : FULL);
  const slowdown = Math.max(before, await measureSlowdown());
  results.push(...ofFigure);
  failed.push(...ofFigure.filter((result) => isBelowFloor(result, slowdown)));
}
process.stdout.write(`${describeMachine()}\n\n${formatTable(results)}\n`);
if (!only) writeResults(results);
if (!only && !isShort) updateDocument(results);
for (const { figure, situation, measured } of failed) {
  process.stderr.write(`${figure} is far from its goal: ${situation}: ${measured}\n`);
}
process.exitCode = failed.length > 0 ? 1 : 0;
