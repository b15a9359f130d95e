import type { CatalogSnapshot } from '../../cache/catalog-snapshot.types.js';
import type { OrderDetails, OrderLineCall } from '../../datasources/s360/order-calls.types.js';
import type { Order, OrderActor, OrderLine, OrderRefusal } from '../../domain/order.js';
import { fateOf, InvalidInputError, UpstreamError, type CallFate } from '../../errors.js';
import type { OrderDoubts } from './order-doubts.js';
import { SEND_WITHIN_MS, type OrderInstitution, type OrderParts } from './order-parts.types.js';
import type { OrderPatch, OrderRecords } from './order-records.js';

/**
 * What all acts on orders at S-360 share. An act gets an order that this process has the lease of and whose step is
 * written already, calls S-360 once, and writes what came of it; it returns the order as it then is, mostly without
 * lease. A lost answer leaves it IN_DOUBT. Acts throw the upstream error where surely nothing happened and nothing
 * goes on by itself, and what OrderRecords throws.
 */
export class OrderWork {
  constructor(
    readonly parts: OrderParts,
    readonly records: OrderRecords,
    readonly doubts: OrderDoubts,
  ) {}

  institutionOf(order: Order): OrderInstitution {
    const institution = this.parts.institutions.get(order.institution);
    if (institution !== undefined) return institution;
    throw new Error(`the order ${order.number} is of ${order.institution}, which is not configured any more`);
  }

  async end(
    order: Order,
    state: 'REJECTED' | 'EXPIRED' | 'ABANDONED' | 'CANCELLED',
    refusals: readonly OrderRefusal[],
    by: OrderActor,
  ): Promise<Order> {
    const ended = await this.records.settle(
      order,
      { ...QUIET, state, refusals, holdExpiresAt: null, tickets: [] },
      by,
    );
    this.colorsMoved(ended);
    return ended;
  }

  /** Null when S-360 does not say: then it is asked again later. */
  async readDetails(order: Order): Promise<OrderDetails | null> {
    try {
      return order.s360OrderId === null
        ? null
        : await this.institutionOf(order).orderCalls.orderDetails(order.s360OrderId);
    } catch (error) {
      this.parts.log.info({ order: order.number, err: error }, 'S-360 does not tell about the order now');
      return null;
    }
  }

  /** Sold or given back: their colors are asked about first. */
  colorsMoved({ institution, lines }: Order): void {
    const productIds = [...new Set(lines.map(({ productId }) => productId))];
    this.parts.institutions.get(institution)?.availability.expectMoves(productIds);
  }
}

/** Nothing is under way. */
export const QUIET = { step: null, pending: null, sentAt: null, doubt: null } as const;

/** On hold as before, after a step that came to nothing; a hold whose end was never read is still to be read. */
export function heldAsBefore({ holdExpiresAt }: Order): OrderPatch {
  return { ...QUIET, state: 'ON_HOLD', step: holdExpiresAt === null ? 'CREATE' : null };
}

/**
 * Rethrows what is not about the call: what could not be written down is no answer of S-360's. The reconciler has no
 * client to whom "not now" could be said: for it that is one more time that the outcome is not known.
 */
export function upstreamFateOf(error: unknown, by: OrderActor): CallFate {
  if (!(error instanceof UpstreamError || error instanceof InvalidInputError)) throw error;
  const fate = fateOf(error);
  return fate === 'not done' && by === 'RECONCILER' ? 'unknown' : fate;
}

/** Written as sent at that moment, so it is sent now or not at all. */
export function sendWindow({ sentAt }: Order): { readonly sendBefore: number } {
  return { sendBefore: (sentAt ?? 0) + SEND_WITHIN_MS };
}

export function lineCall(line: OrderLine, snapshot: CatalogSnapshot): OrderLineCall {
  const { performanceId, seatCategoryId, itemId, timeslotId, tariffId, quantity } = line;
  return {
    list: listOf(line, snapshot),
    performanceId,
    seatCategoryId,
    itemId,
    timeslotId,
    tariffId,
    quantity,
  };
}

function listOf({ performanceId, productId }: OrderLine, snapshot: CatalogSnapshot): OrderLineCall['list'] {
  if (performanceId !== null) return 'places';
  return snapshot.product(productId)?.kind === 'TRANSPORT' ? 'transport' : 'items';
}
