import { unreachable, type UpstreamRateLimitedError } from '../../errors.js';
import { isPolling, shareOf } from './call-shares.js';
import type { Lane } from './client.types.js';
import type { CallPool, PoolOrder, PoolTotals } from './call-pool.types.js';
import type { MethodToken } from './method-tokens.js';

/** What a replica that is cut off from the others goes by. */
export interface AloneRules {
  /** How many share the limit of calls a minute. */
  readonly replicas: number;
  /** Whether it may poll all the same: nobody else can, or it has nothing to serve. */
  readonly mayPoll: (lane: Lane) => boolean;
}

/** As if there were others, and nobody said how many. */
export const AMONG_OTHERS: AloneRules = { replicas: 1, mayPoll: () => false };
/** A call that was bought leaves within this time, or not at all: its token does not wait for a process that stood still. */
export const SENT_WITHIN_MS = 1_000;
/** How often a replica that is cut off looks whether it still is: the link's breaker does not look sooner. */
const LOOK_EVERY_MS = 1_000;

export interface PurchaseLimits {
  readonly callsPerMinute: number;
  readonly callsPerMonth: number;
  readonly bytesPerMonth: number | null;
}

export interface PurchaseRequest {
  readonly method: string;
  readonly lane: Lane;
  readonly deadlineMs: number;
  readonly joinsJob?: boolean;
}

export function orderOf(
  id: string,
  { method, lane, deadlineMs, joinsJob }: PurchaseRequest,
  token: MethodToken | null,
  { callsPerMinute, callsPerMonth, bytesPerMonth }: PurchaseLimits,
  monthStartsAt: number,
): PoolOrder {
  const share = shareOf(method, lane);
  return {
    id,
    monthStartsAt,
    minuteMost: mostOf(callsPerMinute * share.minute),
    monthMost: callsPerMonth * share.month,
    bytesMost: bytesPerMonth === null ? null : bytesPerMonth * share.month,
    isPolling: isPolling(lane),
    token: token && {
      name: token.name,
      takenForMs: SENT_WITHIN_MS + deadlineMs + token.windowMs,
      joinsJob: joinsJob === true,
    },
  };
}

export interface Refusal {
  readonly by: UpstreamRateLimitedError['refusedBy'];
  /** From now. */
  readonly untilMs: number;
}

export type Purchase =
  | {
      readonly kind: 'bought';
      /** False: nobody could be asked; the pool has to hear of the call. */
      readonly isGranted: boolean;
      /** The pool does not know who has the token: whoever shares the journal does. */
      readonly isJournalAsked: boolean;
      readonly totals: PoolTotals | null;
    }
  | ({ readonly kind: 'refused'; readonly totals: PoolTotals | null } & Refusal);

/** Buys a call from what all replicas share; what `refusalAlone` says decides while nobody can be asked. */
export async function buyCall(
  pool: CallPool,
  order: PoolOrder,
  refusalAlone: () => Refusal | null,
): Promise<Purchase> {
  const answer = await pool.buy(order);
  switch (answer.kind) {
    case 'granted':
      return { kind: 'bought', isGranted: true, isJournalAsked: answer.isYoung, totals: answer.totals };
    case 'refused':
      return answer;
    case 'away': {
      const refusal = refusalAlone();
      if (refusal === null) return { kind: 'bought', isGranted: false, isJournalAsked: true, totals: null };
      if (answer.isUnsure) pool.takeBack(order);
      return { kind: 'refused', totals: null, ...refusal };
    }
    default:
      return unreachable(answer);
  }
}

/** What a replica that cannot ask the others may not do. `freeAfterMs` says when its own calls leave room for so many. */
export function refusalAlone(
  { method, lane }: PurchaseRequest,
  { replicas, mayPoll }: AloneRules,
  callsPerMinute: number,
  freeAfterMs: (most: number) => number,
): Refusal | null {
  if (isPolling(lane) && !mayPoll(lane)) return { by: 'REPLICA', untilMs: LOOK_EVERY_MS };
  const untilMs = freeAfterMs(mostOf((callsPerMinute * shareOf(method, lane).minute) / replicas));
  return untilMs > 0 ? { by: 'MINUTE', untilMs } : null;
}

/** One call is always allowed, or nobody could ever ask. */
function mostOf(share: number): number {
  return Math.max(1, Math.floor(share));
}
