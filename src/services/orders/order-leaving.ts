import { upstreamRefusalIn } from '../../datasources/order-refusals.js';
import type { Order, OrderActor, OrderChange, OrderRefusal } from '../../domain/order.js';
import { becomeClosed } from './order-closed.js';
import { SEND_WITHIN_MS } from './order-parts.types.js';
import type { OrderWork } from './order-work.js';

/** Ends an order without tickets: by giving its places back, or because they are gone. */
export class OrderLeaving {
  constructor(private readonly work: OrderWork) {}

  /** Open at S-360: gives the places back, and ends. */
  async giveUp(
    order: Order,
    how: Pick<Extract<OrderChange, { kind: 'abandon' }>, 'endsAs' | 'refusals'>,
    by: OrderActor,
  ): Promise<Order> {
    const pending: OrderChange = { kind: 'abandon', request: null, ...how };
    const leaving = await this.work.records.announce(order, { step: 'CANCEL', pending }, by);
    return this.abandon(leaving, by);
  }

  /** Step CANCEL, `pending` to abandon written: gives every place back. */
  async abandon(order: Order, by: OrderActor): Promise<Order> {
    const { pending, s360OrderId } = order;
    if (pending?.kind !== 'abandon' || s360OrderId === null) throw new Error('there is nothing to abandon');
    const details = await this.work.readDetails(order);
    if (details === null) return this.work.doubts.begin(order, null, by);
    if (details.state === 'CLOSED') return becomeClosed(this.work, order, details);
    if (details.state === 'ABANDONED') return this.becomeAbandoned(order);
    try {
      const movementIds = details.movements.map(({ id }) => id);
      const { orderCalls } = this.work.institutionOf(order);
      const sendBefore = this.work.parts.clock.now() + SEND_WITHIN_MS;
      await orderCalls.abandonMovements(s360OrderId, movementIds, { sendBefore });
    } catch (error) {
      const isOver = upstreamRefusalIn(error)?.reason === 'hold over';
      if (!isOver) return this.work.doubts.begin(order, error, by);
    }
    return this.becomeAbandoned(order);
  }

  /** S-360 has given the places back. */
  async becomeAbandoned(order: Order): Promise<Order> {
    const { pending } = order;
    if (pending?.kind !== 'abandon') return this.work.end(order, 'EXPIRED', [], 'UPSTREAM');
    if (pending.request !== null) {
      await this.work.parts.journal.claimRequest({ orderNumber: order.number, ...pending.request });
    }
    return this.work.end(order, pending.endsAs, pending.refusals, 'UPSTREAM');
  }

  /** The hold is over, and S-360 has the places back. */
  expire(order: Order, by: OrderActor): Promise<Order> {
    return this.work.end(order, 'EXPIRED', [], by);
  }

  /** It ended without tickets. */
  reject(order: Order, why: OrderRefusal, by: OrderActor): Promise<Order> {
    return this.work.end(order, 'REJECTED', [why], by);
  }
}
