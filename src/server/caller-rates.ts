import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Credentials } from '../auth/authenticator.js';
import type { Caller } from '../domain/caller.js';
import { IssuerUnavailableError, UnauthenticatedError, type TooManyRequestsError } from '../errors.js';
import { clientAddressOf } from './client-address.js';
import { hasCredential, isGiven } from './credentials.js';
import { errorBody } from './http-errors.js';
import type { RefusedCredential, ServerMetrics } from './metrics.js';
import { createRateLimits, type RateKind, type RateVerdict } from './rate-limits.js';
import type { ServerOptions } from './server.types.js';

/** Whoever asks too often is told so, and when to come back, before anything of his request is read. */
export interface CallerRates {
  /** One more request, or operation on a socket, of whoever it comes from; or so many points for what it costs. */
  take(request: Asked, points?: number): Promise<RateVerdict>;
  /** Whose request it is, once that is known: he has his own limit then, wherever he asks from. */
  know(request: IncomingMessage, caller: Caller): void;
  /**
   * A caller could not be made out, by what was `given` or for want of it. Null: tell him so. Nobody is to try many
   * credentials; but whoever has one that is good is let in, whatever others at his address do.
   */
  refusalOfFailure(request: Asked, failure: Failure): Promise<TooManyRequestsError | null>;
  /** By whom it is counted: whoever the credential stands for once that is known, and the address it comes from before. */
  callerOf(request: Asked): string;
  /** Counts every HTTP request but those of whoever runs the process. */
  guard(app: FastifyInstance): void;
}

export interface Failure extends Pick<RefusedCredential, 'transport'> {
  readonly error: unknown;
  readonly given: Credentials;
}

type Asked = Pick<IncomingMessage, 'headers' | 'socket'>;

const OF_OPERATORS = /^\/(health\/|metrics)/;
const FAILURES: RateKind = {
  prefix: 'foyer:failures',
  windowSeconds: 60,
  refusal: 'Too many credentials that came from your address were none',
};

export function callerRates(
  options: ServerOptions['rates'],
  metrics: Pick<ServerMetrics, 'credentialRefused'>,
): CallerRates {
  const limits = createRateLimits(options ?? { perMinute: null });
  const failures = createRateLimits({
    ...options,
    perMinute: options?.failuresPerMinute ?? null,
    kind: FAILURES,
  });
  const trustedProxies = options?.trustedProxies ?? 0;
  const addressOf = (request: Asked): string => clientAddressOf(request, trustedProxies);
  const known = new WeakMap<object, string>();
  const callerOf: CallerRates['callerOf'] = (request) => known.get(request) ?? addressOf(request);
  const take: CallerRates['take'] = (request, points = 1) => limits.take(callerOf(request), points);
  return {
    take,
    // An address has no colon before its first digit, so that nobody can call himself one.
    know: (request, { id, isAnonymous }) => void (isAnonymous || known.set(request, `:${id}`)),
    async refusalOfFailure(request, { error, given, transport }) {
      const flaw = error instanceof UnauthenticatedError && isGiven(given) ? error.flaw : null;
      const { refusal } = await (flaw === null ? limits : failures).take(addressOf(request));
      if (error instanceof IssuerUnavailableError) {
        metrics.credentialRefused({ transport, reason: 'issuer_away' });
      } else if (flaw !== null) {
        metrics.credentialRefused({ transport, reason: refusal === null ? flaw : 'too_many_tries' });
      }
      return refusal;
    },
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
