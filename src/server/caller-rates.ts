import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Caller } from '../domain/caller.js';
import type { TooManyRequestsError } from '../errors.js';
import { clientAddressOf } from './client-address.js';
import { hasCredential } from './credentials.js';
import { errorBody } from './http-errors.js';
import { createRateLimits, type RateVerdict } from './rate-limits.js';
import type { ServerOptions } from './server.types.js';

/** Whoever asks too often is told so, and when to come back, before anything of his request is read. */
export interface CallerRates {
  /** One more request, or operation on a socket, of whoever it comes from; or so many points for what it costs. */
  take(request: Asked, points?: number): Promise<RateVerdict>;
  /** Whose request it is, once that is known: he has his own limit then, wherever he asks from. */
  know(request: IncomingMessage, caller: Caller): void;
  /** A credential that was none: much more than a request, so that nobody tries many. */
  takeForFailure(request: IncomingMessage): Promise<RateVerdict>;
  /** By whom it is counted: whoever the credential stands for once that is known, and the address it comes from before. */
  callerOf(request: Asked): string;
  /** Counts every HTTP request but those of whoever runs the process. */
  guard(app: FastifyInstance): void;
}

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>;

const OF_OPERATORS = /^\/(health\/|metrics)/;
/** In a window of ten seconds, from one address. */
const MOST_FAILURES = 5;

export function callerRates(options: ServerOptions['rates']): CallerRates {
  const limits = createRateLimits(options ?? { perMinute: null });
  const trustedProxies = options?.trustedProxies ?? 0;
  const addressOf = (request: Asked): string => clientAddressOf(request, trustedProxies);
  const known = new WeakMap<object, string>();
  const callerOf: CallerRates['callerOf'] = (request) => known.get(request) ?? addressOf(request);
  const take: CallerRates['take'] = (request, points = 1) => limits.take(callerOf(request), points);
  return {
    take,
    // An address has no colon before its first digit, so that nobody can call himself one.
    know: (request, { id, isAnonymous }) => void (isAnonymous || known.set(request, `:${id}`)),
    takeForFailure: (request) => limits.take(addressOf(request), Math.ceil(limits.inWindow / MOST_FAILURES)),
    callerOf,
    guard(app) {
      app.addHook('onRequest', async (request, reply) => {
        if (OF_OPERATORS.test(request.url)) return;
        // Whose limit counts is known when the credential was looked at.
        if (hasCredential(request.headers) && /^\/graphql(\?|$)/.test(request.url)) return;
        const { refusal, headers } = await take(request.raw);
        reply.headers(headers);
        if (refusal !== null) return refuseForRate(reply, refusal);
      });
    },
  };
}

export function refuseForRate(
  reply: FastifyReply,
  { code, message, retryAfterMs }: TooManyRequestsError,
): FastifyReply {
  const body = errorBody(code, message, { retryable: true, retryAfterMs, correlationId: reply.request.id });
  return reply
    .code(429)
    .header('retry-after', Math.ceil(retryAfterMs / 1_000))
    .send(body);
}
