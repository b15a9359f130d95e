import type { OrderRefusalCode } from '../domain/order.js';
import { UpstreamFaultError } from '../errors.js';
import { ALREADY_CLOSED, HOLD_OVER, refusalCodeOf, WRONG_AMOUNT } from './s360/order-words.js';

/** What a "no" of S-360 to an order says, where more follows from it than an answer to whoever ordered. */
export type OrderRefusalReason = 'already closed' | 'hold over' | 'wrong amount' | 'other';

/** A "no" of S-360 to an order. */
export interface UpstreamRefusal {
  readonly reason: OrderRefusalReason;
  /** What it means to whoever ordered; undefined: S-360's own business, passed on as it is. */
  readonly code: OrderRefusalCode | undefined;
  /** S-360's own code, untouched. */
  readonly upstreamCode: string;
}

const REASONS: ReadonlyMap<string, OrderRefusalReason> = new Map([
  [ALREADY_CLOSED, 'already closed'],
  [HOLD_OVER, 'hold over'],
  [WRONG_AMOUNT, 'wrong amount'],
]);

/** Null when the error is no answer of S-360. */
export function upstreamRefusalIn(error: unknown): UpstreamRefusal | null {
  if (!(error instanceof UpstreamFaultError)) return null;
  const { upstreamCode } = error;
  return { reason: REASONS.get(upstreamCode) ?? 'other', code: refusalCodeOf(upstreamCode), upstreamCode };
}
