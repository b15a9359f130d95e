import { upstreamRefusalIn } from '../../datasources/order-refusals.js';
import type { OrderDetails } from '../../datasources/s360/order-calls.types.js';
import type { Order, OrderActor } from '../../domain/order.js';
import { loadedSnapshot } from '../catalog/loaded-catalog.js';
import { refusalOf } from './order-outcome.js';
import { knownOrder } from './order-upstream.js';
import { heldAsBefore, lineCall, QUIET, sendWindow, upstreamFateOf, type OrderWork } from './order-work.js';

/** Changes an order on hold: adds lines, names another purchaser. */
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
          await this.work.records.settle(order, heldAsBefore(order), 'GATEWAY');
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

  async #afterRefusedUpdate(order: Order, error: unknown): Promise<Order> {
    const isOver = upstreamRefusalIn(error)?.reason === 'hold over';
    if (isOver) return this.work.end(order, 'EXPIRED', [], 'UPSTREAM');
    return this.work.records.settle(
      order,
      { ...heldAsBefore(order), refusals: [refusalOf(order, error)] },
      'UPSTREAM',
    );
  }
}
