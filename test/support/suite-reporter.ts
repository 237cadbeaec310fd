/**
 * After vitest's own summary: what `npm test` left out, and which command runs that. Where TEST_COUNTS names a file, the
 * suite's counts are added to it, so that several suites can be summed up.
 */
import { appendFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { SUITES } from './suites.ts';

/** One line of the file that TEST_COUNTS names. */
export interface SuiteCounts {
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  /** `FILE > TEST` of each that failed, and `FILE` of one that could not be loaded. */
  readonly failures: readonly string[];
}

const LEFT_OUT = Object.entries(SUITES)
  .map(([name, { about }]) => `${about} (npm run test:${name})`)
  .join(', ');

export class SuiteReporter implements Reporter {
  readonly #suite: string;

  constructor(suite: string) {
    this.#suite = suite;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env['TEST_COUNTS'];
    if (file !== undefined) {
      const counts: SuiteCounts = { suite: this.#suite, ...countTests(modules, unhandledErrors.length) };
      appendFileSync(file, `${JSON.stringify(counts)}\n`);
    }
    if (this.#suite !== 'test') return;
    process.stdout.write(`Left out: ${LEFT_OUT}; npm run test:all runs everything.\n`);
  }
}

/** A file that could not be loaded, a hook that failed and an error outside of any test have no failed test of their own. */
function countTests(modules: readonly TestModule[], unhandledErrors: number) {
  let passed = 0;
  const failures = Array.from({ length: unhandledErrors }, () => 'an error outside of any test');
  for (const module of modules) {
    const file = module.relativeModuleId;
    const tests = [...module.children.allTests()];
    const failed = tests.filter((test) => test.result().state === 'failed');
    passed += tests.filter((test) => test.result().state === 'passed').length;
    failures.push(...failed.map((test) => `${file} > ${test.fullName}`));
    if (failed.length === 0 && !module.ok()) failures.push(file);
  }
  return { passed, failed: failures.length, failures };
}
