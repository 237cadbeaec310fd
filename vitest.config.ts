import { defineConfig } from 'vitest/config';
import { SuiteReporter } from './test/support/suite-reporter.ts';
import { LEFT_OUT, SUITES } from './test/support/suites.ts';

/** `vitest run` is the suite of `npm test`; `vitest run --mode NAME` is that of `npm run test:NAME`. */
export default defineConfig(({ mode }) => {
  const suite = SUITES[mode];
  return {
    test: {
      include: [...(suite?.include ?? ['test/**/*.test.ts'])],
      exclude: ['**/node_modules/**', ...(suite === undefined ? LEFT_OUT : [])],
      environment: 'node',
      setupFiles: ['test/support/canary-check.ts', 'test/support/replay-properties.ts'],
      // A worker keeps the modules that it has loaded: loading them again for each file took more time than the tests.
      isolate: suite !== undefined,
      fileParallelism: !(suite?.isSerial ?? false),
      env: { ...suite?.env },
      testTimeout: suite?.testTimeoutMs ?? 60_000,
      hookTimeout: 60_000,
      reporters: ['default', new SuiteReporter(mode)],
    },
  };
});
