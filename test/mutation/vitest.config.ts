/** The tests that hold the pure core, fast enough to be run once for each mutation. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'test/media/model/*.test.ts',
      'test/media/planning/*.test.ts',
      'test/media/matching/*.test.ts',
      'test/media/call-budget.test.ts',
      'test/graphql/sealed-texts.test.ts',
    ],
    // It runs the compiler over the sources, which Stryker has instrumented.
    exclude: ['test/media/model/keys.test.ts'],
    environment: 'node',
    // Few cases find most mutations; the tables beside the properties find the rest.
    env: { PROPERTY_CASES: '60' },
    testTimeout: 20_000,
  },
});
