/**
 * `node scripts/prepare-suite.ts NAME`, before a suite that needs more than the project's own installation: says how to get
 * a program that is missing, installs the packages of the suite's own folder, and checks its types, which the project's
 * own check leaves out since these packages may be missing.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isInstalled } from '../test/support/programs.ts';
import { SUITES } from '../test/support/suites.ts';

const name = process.argv[2] ?? '';
const folder = fileURLToPath(new URL(`../test/${name}/`, import.meta.url));

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** npm writes its own copy of the lockfile last. */
function areInstalled(): boolean {
  const installed = `${folder}node_modules/.package-lock.json`;
  return (
    existsSync(installed) && statSync(installed).mtimeMs > statSync(`${folder}package-lock.json`).mtimeMs
  );
}

function run(command: string, args: readonly string[], cwd?: string): boolean {
  return spawnSync(command, args, { stdio: 'inherit', ...(cwd && { cwd }) }).status === 0;
}

const program = SUITES[name]?.program;
if (program && !isInstalled(program)) refuse(program.advice);
if (existsSync(`${folder}package.json`)) {
  if (!areInstalled() && !run('npm', ['ci'], folder)) {
    refuse(`The packages of test/${name} could not be installed: npm needs its registry for that.`);
  }
  if (!run('tsc', ['-p', folder])) process.exit(1);
}
