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
      'test/seal.test.ts',
    ],
    exclude: [
      // It runs the compiler over the sources.
      'test/media/model/keys.test.ts',
      // Whole operations, which wait for ever for an answer that a mutation withholds.
      'test/media/model/rights.property.test.ts',
      // They count how often blocks of the sources run, and Stryker has instrumented those.
      ...COUNTS_OF_WORK,
    ],
    environment: 'node',
    // Few cases find most mutations; the tables beside the properties find the rest.
    env: { PROPERTY_CASES: '60' },
    testTimeout: 20_000,
  },
});
