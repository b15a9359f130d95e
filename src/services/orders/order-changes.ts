import { upstreamRefusalIn } from '../../datasources/order-refusals.js';
import type { OrderDetails } from '../../datasources/s360/order-calls.types.js';
import type { Order, OrderActor } from '../../domain/order.js';
import { loadedSnapshot } from '../catalog/loaded-catalog.js';
import { becomeClosed } from './order-closed.js';
import { refusalOf } from './order-outcome.js';
import { isVoid, knownOrder } from './order-upstream.js';
import { lineCall, QUIET, sendWindow, upstreamFateOf, type OrderWork } from './order-work.js';

/** Changes an order that stays: adds to one on hold, refunds tickets of a closed one. */
export class OrderChanges {
  constructor(private readonly work: OrderWork) {}

  /** ON_HOLD, `pending` written: adds its lines, changes its purchaser. */
  async update(order: Order, by: OrderActor): Promise<Order> {
    const { pending, s360OrderId } = order;
    if (pending?.kind !== 'update' || s360OrderId === null) throw new Error('there is nothing to update');
    const institution = this.work.institutionOf(order);
    const snapshot = loadedSnapshot(institution);
    try {
      await institution.orderCalls.updateOrder(
        s360OrderId,
        {
          pointOfSalesId: snapshot.pointOfSales.id,
          contactNumber: pending.contactNumber ?? order.contactNumber,
          lines: pending.lines.map((line) => lineCall(line, snapshot)),
        },
        sendWindow(order),
      );
    } catch (error) {
      switch (upstreamFateOf(error, by)) {
        case 'refused':
          return this.#afterRefusedUpdate(order, error);
        case 'not done':
          await this.work.records.settle(order, QUIET, 'GATEWAY');
          throw error;
        default:
          return this.work.doubts.begin(order, error, by);
      }
    }
    const details = await this.work.readDetails(order);
    // What is in the order now is known by S-360 only.
    return details === null ? this.work.doubts.begin(order, null, by) : this.becomeUpdated(order, details);
  }

  /** S-360 shows that the update happened. */
  async becomeUpdated(order: Order, details: OrderDetails): Promise<Order> {
    const { pending } = order;
    if (pending?.kind !== 'update') throw new Error('there is nothing to update');
    await this.work.parts.journal.claimRequest({ orderNumber: order.number, ...pending.request });
    const extended: Order = {
      ...order,
      lines: [...order.lines, ...pending.lines],
      contactNumber: pending.contactNumber ?? order.contactNumber,
    };
    const patch = { ...knownOrder(extended, details), ...QUIET, state: 'ON_HOLD' as const };
    const updated = await this.work.records.settle(extended, patch, 'UPSTREAM');
    this.work.colorsMoved(updated);
    return updated;
  }

  /** CLOSED, `pending` to cancel written: refunds the tickets named. */
  async cancel(order: Order, by: OrderActor): Promise<Order> {
    const { pending, s360OrderId } = order;
    if (pending?.kind !== 'cancel' || s360OrderId === null) throw new Error('there is nothing to cancel');
    const wanted = new Set(pending.ticketIds);
    const tickets = order.tickets.filter(({ id }) => wanted.has(id));
    try {
      await this.work.institutionOf(order).orderCalls.cancelOperations(
        s360OrderId,
        {
          operationIds: wholeOperations(order, wanted),
          movementIds: tickets.map(({ movementId }) => movementId),
        },
        sendWindow(order),
      );
    } catch (error) {
      switch (upstreamFateOf(error, by)) {
        case 'refused':
          return this.work.records.settle(
            order,
            { ...QUIET, refusals: [refusalOf(order, error)] },
            'UPSTREAM',
          );
        case 'not done':
          await this.work.records.settle(order, QUIET, 'GATEWAY');
          throw error;
        default:
          return this.work.doubts.begin(order, error, by);
      }
    }
    const details = await this.work.readDetails(order);
    return details === null ? this.work.doubts.begin(order, null, by) : this.becomeCancelled(order, details);
  }

  /** S-360 shows that the tickets were cancelled. */
  async becomeCancelled(order: Order, details: OrderDetails): Promise<Order> {
    const { pending } = order;
    if (pending?.kind === 'cancel') {
      await this.work.parts.journal.claimRequest({ orderNumber: order.number, ...pending.request });
    }
    return becomeClosed(this.work, order, details);
  }

  async #afterRefusedUpdate(order: Order, error: unknown): Promise<Order> {
    const isOver = upstreamRefusalIn(error)?.reason === 'hold over';
    if (isOver) return this.work.end(order, 'EXPIRED', [], 'UPSTREAM');
    return this.work.records.settle(order, { ...QUIET, refusals: [refusalOf(order, error)] }, 'UPSTREAM');
  }
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
