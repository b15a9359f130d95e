import { upstreamRefusalIn } from '../../datasources/order-refusals.js';
import type { OrderDetails } from '../../datasources/s360/order-calls.types.js';
import type { Order, OrderActor, OrderChange } from '../../domain/order.js';
import { becomeClosed } from './order-closed.js';
import { refusalOf } from './order-outcome.js';
import { cancelledShareOf, isVoid } from './order-upstream.js';
import { QUIET, sendWindow, upstreamFateOf, type OrderWork } from './order-work.js';

/** Refunds tickets of a closed order. */
export class OrderCancelling {
  constructor(private readonly work: OrderWork) {}

  /** CLOSED, `pending` to cancel written: refunds the tickets named. */
  async cancel(order: Order, by: OrderActor): Promise<Order> {
    const { ticketIds } = cancellationOf(order);
    if (order.s360OrderId === null) throw new Error('there is nothing to cancel');
    const wanted = new Set(ticketIds);
    const tickets = order.tickets.filter(({ id }) => wanted.has(id));
    try {
      await this.work.institutionOf(order).orderCalls.cancelOperations(
        order.s360OrderId,
        {
          operationIds: wholeOperations(order, wanted),
          movementIds: tickets.map(({ movementId }) => movementId),
        },
        sendWindow(order),
      );
    } catch (error) {
      switch (upstreamFateOf(error, by)) {
        case 'refused':
          return this.#afterRefusal(order, error, by);
        case 'not done':
          await this.work.records.settle(order, QUIET, 'GATEWAY');
          throw error;
        default:
          return this.work.doubts.begin(order, error, by);
      }
    }
    return this.#granted(order, await this.work.readDetails(order), by);
  }

  /** S-360 shows that the tickets were cancelled. */
  async becomeCancelled(order: Order, details: OrderDetails): Promise<Order> {
    const { request } = cancellationOf(order);
    await this.work.parts.journal.claimRequest({ orderNumber: order.number, ...request });
    return becomeClosed(this.work, order, details);
  }

  /**
   * S-360 said yes. What it shows may be older, or in words that nobody knows: it is asked until it shows the tickets
   * as cancelled, and never told again to give the money back.
   */
  #granted(order: Order, details: OrderDetails | null, by: OrderActor): Promise<Order> {
    const granted: Order = { ...order, pending: { ...cancellationOf(order), isGranted: true } };
    return details !== null && cancelledShareOf(granted, details) === 'all'
      ? this.becomeCancelled(granted, details)
      : this.work.doubts.begin(granted, null, by);
  }

  /** Tickets may have been cancelled before, by a call of ours that was lost or by somebody at S-360. */
  async #afterRefusal(order: Order, error: unknown, by: OrderActor): Promise<Order> {
    const refusals = [refusalOf(order, error)];
    const isCancelledBefore = upstreamRefusalIn(error)?.reason === 'already closed';
    if (!isCancelledBefore) return this.work.records.settle(order, { ...QUIET, refusals }, 'UPSTREAM');
    const details = await this.work.readDetails(order);
    if (details === null || cancelledShareOf(order, details) !== 'some') {
      return this.#granted(order, details, by);
    }
    // Not all of them: whoever asked must look which ones, and ask for the others.
    const known = await becomeClosed(this.work, order, details);
    return this.work.records.settle(known, { refusals }, 'UPSTREAM');
  }
}

function cancellationOf({ pending }: Order): Extract<OrderChange, { kind: 'cancel' }> {
  if (pending?.kind !== 'cancel') throw new Error('there is nothing to cancel');
  return pending;
}

/** Operations all of whose tickets that are still good are to be cancelled. */
function wholeOperations({ tickets }: Order, wanted: ReadonlySet<string>): string[] {
  const kept = new Set(
    tickets
      .filter(({ id, state }) => !wanted.has(id) && !isVoid(state))
      .map(({ operationId }) => operationId),
  );
  const named = tickets.filter(({ id }) => wanted.has(id)).map(({ operationId }) => operationId);
  return [...new Set(named)].filter((operationId) => !kept.has(operationId));
}
