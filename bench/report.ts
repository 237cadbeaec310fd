/** The results as people read them: a table, for the terminal and for docs/performance.md alike. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { formatNumber, isMet, type Result } from './result.ts';

const DOCUMENT = new URL('../docs/performance.md', import.meta.url);
const RESULTS = new URL('results.json', import.meta.url);
const [BEGIN, END] = ['<!-- results: written by npm run bench -->', '<!-- end of results -->'];

export function describeMachine(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores, ${gigabytes} GB of memory, ${process.platform}, Node ${process.version}`;
}

export function formatTable(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.figure,
    result.situation,
    result.measured,
    result.reference,
    result.ratio === null ? '' : `${result.ratio.toFixed(2)}×`,
    formatGoal(result),
    result.goal === null ? '' : isMet(result) ? 'yes' : '**no**',
  ]);
  const head = ['figure', 'situation', 'measured', 'reference', 'ratio', 'goal', 'met'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function formatGoal({ goal, ratio, value }: Result): string {
  if (goal === null) return '';
  const sign = goal.kind === 'at least' ? '≥' : '≤';
  return `${sign} ${formatNumber(goal.value)}${ratio === value ? '×' : ''}`;
}

export function writeResults(results: readonly Result[]): void {
  const rows = results.map((result) => ({ ...result, met: result.goal === null ? null : isMet(result) }));
  const report = { date: new Date().toISOString(), machine: describeMachine(), results: rows };
  writeFileSync(RESULTS, `${JSON.stringify(report, null, 2)}\n`);
}

/** Replaces the results in the document; what people wrote around them stays. */
export function updateDocument(results: readonly Result[]): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (before < 0 || after < before)
    throw new Error('docs/performance.md has lost the marks around its results');
  const date = new Date().toISOString().slice(0, 10);
  const section = `${BEGIN}\n\nMeasured on ${date}: ${describeMachine()}.\n\n${formatTable(results)}\n\n`;
  writeFileSync(DOCUMENT, text.slice(0, before) + section + text.slice(after));
}
