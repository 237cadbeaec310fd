/** Audit files of tests, their lines, and what `npm run audit:verify` says of them. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type Line = Record<string, unknown> & {
  readonly event: string;
  readonly operation: { readonly name: string | null; readonly event: string };
  readonly patient: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly items: number;
  readonly calls: string[];
};

export async function newFile(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'audit-')), 'audit.jsonl');
}

export async function linesOf(path: string): Promise<Line[]> {
  return readLines(await readFile(path, 'utf8'));
}

export function readLines(text: string): Line[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

export async function verify(...args: string[]) {
  const run = promisify(execFile)(process.execPath, ['scripts/verify-audit.ts', ...args]);
  return run.then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
  );
}
