/** Every test runs by some command: each suite has one, and has files to run. */
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { LEFT_OUT, SUITES } from '../support/suites.ts';
import { FOLDER_PREFIX } from '../support/temporary-folder.ts';
import { readProjectFile } from './sources.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const find = (patterns: readonly string[]) =>
  globSync([...patterns], { cwd: ROOT, exclude: (path) => path.endsWith('node_modules') });

test.each(Object.entries(SUITES))('%s has a command, and files', (name, { include }) => {
  const { scripts } = JSON.parse(readProjectFile('package.json')) as { scripts: Record<string, string> };
  expect(scripts[`test:${name}`]).toContain(`vitest run --mode ${name}`);
  expect(find(include)).not.toEqual([]);
});

test('what `npm test` leaves out is in another suite', () => {
  const elsewhere = new Set(Object.values(SUITES).flatMap(({ include }) => find(include)));
  const leftOut = find(LEFT_OUT).filter((path) => /\.(?:test|soak)\.ts$/.test(path));
  expect(leftOut).not.toEqual([]);
  expect(leftOut.filter((path) => !elsewhere.has(path))).toEqual([]);
});

test('temporary files of tests, and of the programs that they start, are in the folder that is removed with the run', () => {
  expect(basename(tmpdir())).toMatch(new RegExp(`^${FOLDER_PREFIX}`));
});
