import {
  AbandonOrderDocument,
  CancelOrderDocument,
  CreateOrderDocument,
  PlaceOrderDocument,
  type PlaceOrderMutation,
} from '../../test/operations/operations.js';
import { queryData } from '../../test/support/graphql-client.js';
import type { ShopLine } from '../../test/support/shop.js';
import { oneOf } from './crew.js';

/** What a buyer has in mind: to keep the tickets, to give them back, or to leave the places. */
export type Plan = 'KEEP' | 'CANCEL' | 'LEAVE';

export interface Purchase {
  /** The client's key of the order. */
  readonly key: string;
  readonly plan: Plan;
  readonly line: ShopLine;
}

/** As the client knows it: a state of the graph, or `REFUSED` by a user error; null while nobody answers. */
export interface KnownPurchase {
  readonly state: string | null;
  /** Codes of the user errors of the last answer. */
  readonly refusals: readonly string[];
}

type Outcome = PlaceOrderMutation['placeOrder'];

/** Half of the tickets come back, so that there is something to sell to the end. */
const PLANS: readonly Plan[] = [
  'KEEP',
  'KEEP',
  'KEEP',
  'KEEP',
  'CANCEL',
  'CANCEL',
  'CANCEL',
  'CANCEL',
  'LEAVE',
];
const UNDER_WAY = new Set(['CREATING', 'CLOSING', 'IN_DOUBT']);
/** Where an order can get no further. */
const OVER = new Set(['CANCELLED', 'ABANDONED', 'EXPIRED', 'REJECTED', 'REFUSED']);

export function newPurchase(key: string, lines: readonly ShopLine[]): Purchase {
  return { key, plan: oneOf(PLANS), line: oneOf(lines) };
}

/** One try to get the purchase where its plan wants it. Never throws; the same again is harmless at any time. */
export async function pursue(url: string, purchase: Purchase): Promise<KnownPurchase> {
  const first = await begin(url, purchase).catch(() => null);
  const next = first?.order ? await goOn(url, purchase, first.order).catch(() => null) : first;
  const outcome = next ?? first;
  if (outcome === null) return { state: null, refusals: [] };
  const refusals = outcome.userErrors.map(({ code }) => code);
  return { state: outcome.order?.state ?? (refusals.length > 0 ? 'REFUSED' : null), refusals };
}

/** Whether there is nothing more to do for it. */
export function isDone({ plan }: Purchase, { state }: KnownPurchase): boolean {
  return state !== null && (OVER.has(state) || (plan === 'KEEP' && state === 'CLOSED'));
}

async function begin(url: string, { key, plan, line }: Purchase): Promise<Outcome> {
  const variables = { input: { clientOrderId: key, lines: [line] } };
  if (plan === 'LEAVE') return (await queryData(url, CreateOrderDocument, variables)).createOrder;
  return (await queryData(url, PlaceOrderDocument, variables)).placeOrder;
}

async function goOn(
  url: string,
  { key, plan }: Purchase,
  { id, state }: NonNullable<Outcome['order']>,
): Promise<Outcome | null> {
  if (UNDER_WAY.has(state)) return null;
  if (plan === 'LEAVE' && state === 'ON_HOLD') {
    return (await queryData(url, AbandonOrderDocument, { orderId: id })).abandonOrder;
  }
  if (plan === 'CANCEL' && state === 'CLOSED') {
    const input = { clientRequestId: `${key}-back`, orderId: id };
    return (await queryData(url, CancelOrderDocument, { input })).cancelOrder;
  }
  return null;
}
