/** The tests that hold the pure core, fast enough to be run once for each mutation. */
import { defineConfig } from 'vitest/config';
import { COUNTS_OF_WORK } from '../support/suites.ts';

export default defineConfig({
  test: {
    include: [
      'test/media/model/*.test.ts',
      'test/media/planning/*.test.ts',
      'test/media/matching/*.test.ts',
      'test/media/call-budget.test.ts',
      'test/graphql/sealed-texts.test.ts',
    ],
    // The first runs the compiler over the sources, the others count how often blocks of them run: Stryker has instrumented them.
    exclude: ['test/media/model/keys.test.ts', ...COUNTS_OF_WORK],
    environment: 'node',
    // Few cases find most mutations; the tables beside the properties find the rest.
    env: { PROPERTY_CASES: '60' },
    testTimeout: 20_000,
  },
});
