/**
 * `npm run test:all [-- NAME …]`: the suites one after the other, all of them or those named, and at the end what came of
 * each, and which tests failed. The last line is the count of all, `N passed, N failed`; suites that have written to TEST_COUNTS before are in it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuiteCounts } from '../test/support/suite-reporter.ts';
import { SUITES } from '../test/support/suites.ts';

const ALL = ['test', ...Object.keys(SUITES)];
const named = process.argv.slice(2);
const unknown = named.filter((name) => !ALL.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no such suite: ${unknown.join(', ')}. There are ${ALL.join(', ')}.\n`);
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'test-counts-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
const file = process.env['TEST_COUNTS'] ?? join(folder, 'counts');
const readCounts = (): SuiteCounts[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
const commandOf = (suite: string) => (suite === 'test' ? 'test' : `test:${suite}`);

const asked = named.length > 0 ? named : ALL;
const failedOtherwise: string[] = [];
for (const suite of asked) {
  process.stdout.write(`\n> npm run ${commandOf(suite)}\n`);
  const { status } = spawnSync('npm', ['run', '--silent', commandOf(suite)], {
    stdio: 'inherit',
    env: { ...process.env, TEST_COUNTS: file },
  });
  // It ended before its first test, or failed without a failing test.
  const hasFailedTest = readCounts().some((one) => one.suite === suite && one.failed > 0);
  if (status !== 0 && !hasFailedTest) failedOtherwise.push(suite);
}

const counts = [
  ...readCounts().filter(({ suite }) => !failedOtherwise.includes(suite)),
  ...failedOtherwise.map((suite) => ({ suite, passed: 0, failed: 1, failures: [] })),
];
process.stdout.write('\n');
// Printed again at the end, as a record of a run may keep no more than that.
for (const { failures } of counts) for (const one of failures) process.stdout.write(`failed: ${one}\n`);
for (const { suite, passed, failed } of counts) {
  process.stdout.write(`${commandOf(suite).padEnd(18)} ${passed} passed, ${failed} failed\n`);
}
const sum = (of: 'passed' | 'failed') => counts.reduce((total, one) => total + one[of], 0);
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 ? 1 : 0;
