/**
 * `node scripts/prepare-suite.ts NAME`, before a suite that needs more than the project's own installation: says how to get
 * a program that is missing, installs the packages of the suite's own folder, and checks its types, which the project's
 * own check leaves out since these packages may be missing.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isInstalled } from '../test/support/programs.ts';
import { SUITES } from '../test/support/suites.ts';
import { installPackages, run } from './installed-packages.ts';

const name = process.argv[2] ?? '';
const folder = fileURLToPath(new URL(`../test/${name}/`, import.meta.url));

function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const program = SUITES[name]?.program;
if (program && !isInstalled(program)) refuse(program.advice);
if (existsSync(`${folder}package.json`)) {
  if (!installPackages(folder)) {
    refuse(`The packages of test/${name} could not be installed: npm needs its registry for that.`);
  }
  if (!run('tsc', ['-p', folder])) process.exit(1);
}
