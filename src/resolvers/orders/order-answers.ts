import type { RequestContext } from '../../context.js';
import type { GlobalId } from '../../domain/ids.js';
import type { Order, OrderRefusal } from '../../domain/order.js';
import { NotFoundError } from '../../errors.js';
import type { OrderOutcome, OrderRef } from '../../services/orders/orders.types.js';
import type { UserErrorType } from '../user-errors.types.js';
import { CatalogOfOrder } from './catalog-of-order.js';
import { IdempotencyUserErrorType } from './idempotency-user-error.types.js';
import { refusedAs, type RefusedAt } from './order-refused.js';
import { OrderPayloadType } from './order.results.js';
import { OrderType } from './order.types.js';

/** Null for an order of an institution that is not configured any more. */
export function orderOf(order: Order | null, { institutions }: RequestContext): OrderType | null {
  const owner = order === null ? undefined : institutions.get(order.institution);
  return order === null || owner === undefined ? null : new OrderType(owner, order);
}

/** What a request about an order was for, to show what its refusals are about. */
export interface RequestedOf {
  readonly institution: string;
  /** Of a request that names one; finds the order that has it. */
  readonly clientOrderId?: string;
}

export async function payloadOf(
  { order, refusals }: OrderOutcome,
  requested: RequestedOf,
  context: RequestContext,
): Promise<OrderPayloadType> {
  const shown = orderOf(order, context);
  const at = shown ?? refusedAt(requested.institution, context);
  const userErrors = refusals.map(async (refusal) => {
    if (refusal.facts.kind !== 'conflict') return refusedAs(refusal, at);
    const { orderNumber } = refusal.facts;
    const first = order?.number === orderNumber ? order : await firstOrder(orderNumber, requested, context);
    const shownFirst = orderOf(first, context);
    if (shownFirst === null) throw new NotFoundError('The order that has the key is not there any more');
    return new IdempotencyUserErrorType(refusal, shownFirst);
  });
  return new OrderPayloadType(shown, await Promise.all(userErrors));
}

/** Of an input that could not be read: nothing was asked. */
export function refusedPayload(refusals: readonly OrderRefusal[]): OrderPayloadType {
  return new OrderPayloadType(null, unreadable(refusals));
}

/** What is wrong with an input by itself, before anything is looked up. */
export function unreadable(refusals: readonly OrderRefusal[]): UserErrorType[] {
  return refusals.map((refusal) => refusedAs(refusal, null));
}

/** Null when it is not configured. */
export function refusedAt(institution: string, { institutions }: RequestContext): RefusedAt | null {
  const owner = institutions.get(institution);
  if (owner === undefined) return null;
  return { owner, catalog: new CatalogOfOrder(owner, { lines: [], currency: null }) };
}

async function firstOrder(
  number: string,
  { institution, clientOrderId }: RequestedOf,
  { orders, caller }: RequestContext,
): Promise<Order | null> {
  const byKey =
    clientOrderId === undefined ? null : await orders.findByClientOrderId(caller.id, clientOrderId);
  return byKey?.number === number ? byKey : orders.find({ caller: caller.id, institution, number });
}

/** The order that the caller names, as the services take it. */
export function refOf({ institution, s360Id }: GlobalId, { caller }: RequestContext): OrderRef {
  return { caller: caller.id, institution, number: s360Id };
}
