import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  // Relative, so that the page does not care at which path it is served.
  base: './',
  // In its place the server writes one that is new for each visit.
  html: { cspNonce: 'FOYER_NONCE' },
  build: {
    outDir: here('../../dist/graphiql'),
    emptyOutDir: true,
    target: 'es2022',
    // The editor is large in one piece; it is loaded once and kept for a year.
    chunkSizeWarningLimit: 8_000,
    reportCompressedSize: false,
    rolldownOptions: {
      onLog(level, log, report) {
        // Hints for frameworks that are not used here ("use client"), hundreds of them.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  worker: { format: 'es' },
});
