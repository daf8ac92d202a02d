import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    reporters: ['default', './test/tools/tally-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
  define: { EGRET_VERSION: JSON.stringify('0.0.0-test') },
});
