import type { FastifyReply } from 'fastify';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../context.js';
import type { CallerRates } from './caller-rates.js';

/**
 * Every request over HTTP is one point, taken before anything of it is read. What an operation costs is known later,
 * when its request is far away: this takes the rest, from whoever sent it.
 */
export interface CostCharges {
  /** This operation came with that request. */
  begin(context: RequestContext, reply: FastifyReply): void;
  /** Throws the error to answer when the caller has not enough left. */
  take(context: RequestContext, cost: number): Promise<void>;
}

/** To make so many fields takes about as long as to answer a request that asks for next to none. */
const COST_OF_A_POINT = 1_000;

/** Beyond the one that every operation is. */
export function pointsOf(cost: number): number {
  return Math.max(0, Math.ceil(cost / COST_OF_A_POINT) - 1);
}

export function createCostCharges(rates: Pick<CallerRates, 'take'>): CostCharges {
  // Apollo Server hands on a copy of the context; the loaders in it are the operation's own.
  const replies = new WeakMap<RequestContext['loaders'], FastifyReply>();
  return {
    begin: ({ loaders }, reply) => void replies.set(loaders, reply),
    async take({ loaders }, cost) {
      const reply = replies.get(loaders);
      const points = pointsOf(cost);
      if (points === 0 || reply === undefined) return;
      const { refusal, headers } = await rates.take(reply.request.raw, points);
      reply.headers(headers);
      if (refusal === null) return;
      reply.header('retry-after', Math.ceil(refusal.retryAfterMs / 1_000));
      throw new GraphQLError(refusal.message, {
        originalError: refusal,
        extensions: { http: { status: 429 } },
      });
    },
  };
}
