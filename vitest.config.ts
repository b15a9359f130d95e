import { defineConfig } from 'vitest/config';

export default defineConfig({
  // GraphQL refuses a schema made by a second copy of itself; the package offers one for `import` and one for `require`.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  oxc: { decorator: { legacy: true } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Two cores are what the smallest machine has; more files at once only make each of them slower.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
