import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import type { Readiness } from './server.types.js';

export interface ProbesOptions {
  readonly readiness: () => Readiness;
  readonly metrics: Registry;
}

/** What whoever runs the process asks: is it alive, can it serve, what has it done. */
export function serveProbes(app: FastifyInstance, { readiness, metrics }: ProbesOptions): void {
  app.get('/health/live', async () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const { ready, reasons } = readiness();
    reply.code(ready ? 200 : 503);
    return { ready, reasons };
  });
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.contentType);
    return metrics.metrics();
  });
}
