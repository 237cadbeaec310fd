import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['test/support/canary-check.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
