import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { clientAddressOf } from './client-address.js';
import { errorBody } from './http-errors.js';
import { createRateLimits, type RateVerdict } from './rate-limits.js';
import type { ServerOptions } from './server.types.js';

/** Whoever asks too often is told so, and when to come back, before anything of his request is read. */
export interface CallerRates {
  /** One more request, or operation on a socket, of whoever it comes from; or so many points for what it costs. */
  take(request: Pick<IncomingMessage, 'headers' | 'socket'>, points?: number): Promise<RateVerdict>;
  /** Who that is. */
  callerOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): string;
  /** Counts every HTTP request but those of whoever runs the process. */
  guard(app: FastifyInstance): void;
}

const OF_OPERATORS = /^\/(health\/|metrics)/;

export function callerRates(options: ServerOptions['rates']): CallerRates {
  const limits = createRateLimits(options ?? { perMinute: null });
  const trustedProxies = options?.trustedProxies ?? 0;
  const callerOf: CallerRates['callerOf'] = (request) => clientAddressOf(request, trustedProxies);
  const take: CallerRates['take'] = (request, points = 1) => limits.take(callerOf(request), points);
  return {
    take,
    callerOf,
    guard(app) {
      app.addHook('onRequest', async (request, reply) => {
        if (OF_OPERATORS.test(request.url)) return;
        const { refusal, headers } = await take(request.raw);
        reply.headers(headers);
        if (refusal === null) return;
        const { code, message, retryAfterMs } = refusal;
        return reply
          .code(429)
          .header('retry-after', Math.ceil(retryAfterMs / 1_000))
          .send(errorBody(code, message, { retryable: true, retryAfterMs, correlationId: request.id }));
      });
    },
  };
}
