import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They last for minutes: begun last, they would leave the other core with nothing to do. */
const LONGEST = [
  'order-crashes-postgres',
  'order-crashes-sqlite',
  'acceptance/faults',
  'order-crashes-slow',
  'acceptance/replicas',
  'acceptance/orders',
  'acceptance/reconcile',
  'ticket-document',
  'acceptance/',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex((part) => moduleId.includes(part));
      return place < 0 ? LONGEST.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

export default defineConfig({
  // GraphQL refuses a schema made by a second copy of itself; the package offers one for `import` and one for `require`.
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      {
        find: /^.*\/threads\.js$/,
        replacement: fileURLToPath(new URL('test/support/compiled-threads.ts', import.meta.url)),
      },
    ],
  },
  oxc: { decorator: { legacy: true } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/compile-sources.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Two cores are what the smallest machine has; more files at once only make each of them slower.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // For `scripts/retest.ts`.
    reporters: process.env['CI'] === undefined ? ['default'] : ['default', 'json'],
    outputFile: { json: 'test-results.json' },
  },
});
