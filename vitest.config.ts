import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SuiteReporter } from './test/support/suite-reporter.ts';
import { COUNTS_OF_WORK, LEFT_OUT, SUITES } from './test/support/suites.ts';

/** The copies of the project that mutation tests run in are no tests of it. */
const NEVER = ['**/node_modules/**', '**/.stryker-tmp/**'];

/** Of `npm test`. */
const TESTS = [
  {
    extends: true as const,
    // A worker keeps the modules that it has loaded: loading them again for each file took more time than the tests.
    test: {
      name: 'shared',
      isolate: false,
      include: ['test/**/*.test.ts'],
      exclude: [...NEVER, ...LEFT_OUT, ...COUNTS_OF_WORK],
    },
  },
  { extends: true as const, test: { name: 'alone', isolate: true, include: [...COUNTS_OF_WORK] } },
];

/** `vitest run` is the suite of `npm test`; `vitest run --mode NAME` is that of `npm run test:NAME`. */
export default defineConfig(({ mode }) => {
  const suite = SUITES[mode];
  return {
    // Node finds one copy of the package, the CommonJS one; Vite would give the sources its ES modules, and packages the other.
    resolve: { alias: [{ find: /^graphql$/, replacement: import.meta.resolve('graphql') }] },
    test: {
      ...(suite === undefined ? { projects: TESTS } : { include: [...suite.include], exclude: NEVER }),
      environment: 'node',
      globalSetup: 'test/support/temporary-folder.ts',
      setupFiles: ['test/support/canary-check.ts', 'test/support/replay-properties.ts'],
      fileParallelism: !(suite?.isSerial ?? false),
      // Vitest leaves one core free. A file often waits, for a timer or another process, so that two take turns on two cores.
      maxWorkers: suite?.isSerial ? 1 : Math.max(2, availableParallelism() - 1),
      env: { ...suite?.env },
      testTimeout: suite?.testTimeoutMs ?? 60_000,
      hookTimeout: 60_000,
      reporters: ['default', new SuiteReporter(mode)],
    },
  };
});
