import { defineConfig } from 'vitest/config';

/** The long ones, one after the other: `npm run test:soak`. */
export default defineConfig({
  test: {
    include: ['test/soak/*.soak.ts'],
    environment: 'node',
    setupFiles: ['test/support/canary-check.ts'],
    fileParallelism: false,
  },
});
