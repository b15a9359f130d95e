import type { HistoryOrder, OrderDetails } from '../../datasources/s360/order-calls.types.js';
import { unreachable } from '../../errors.js';
import type { Order } from '../../domain/order.js';
import type { OrderActs } from './order-acts.js';
import { becomeClosed } from './order-closed.js';
import { refusal } from './order-outcome.js';
import type { OrderSearch } from './order-search.js';
import { cancelledShareOf, createdOrder, hasNewOperation } from './order-upstream.js';
import type { OrderWork } from './order-work.js';

/** Of a create that never arrived: after S-360's longest hold nobody waits for those places any more. */
const REPEAT_WITHIN_MINUTES = 45;

/** The order with S-360's number, and what S-360 says of it; null when it does not know the number. */
interface Known {
  readonly adopted: Order;
  readonly details: OrderDetails | null;
}

/** Finds out what became of a step whose outcome this process does not know, and goes on from there. */
export class OrderInquiry {
  constructor(
    private readonly work: OrderWork,
    private readonly acts: OrderActs,
  ) {}

  /**
   * The order as it is afterwards: settled, IN_DOUBT with a later look, or CLOSING. This process has its lease and
   * nobody waits. Throws what OrderRecords throws; what S-360 fails with is part of the doubt.
   */
  async settle(order: Order, search: OrderSearch): Promise<Order> {
    const askedAt = this.work.parts.clock.now();
    let known: Known | null;
    try {
      known = await this.#ask(order, search);
    } catch (error) {
      return this.work.doubts.goOn(order, error);
    }
    if (known === null) return this.#neverCreated(order, search.askedAt);
    const { adopted, details } = known;
    if (details === null || details.state === 'UNKNOWN') return this.work.doubts.goOn(adopted, null);
    if (details.state === 'FAILED') return this.#failed(adopted);
    return this.#goOn(adopted, details, askedAt);
  }

  /** Null: S-360 has nothing under the order's reference. */
  async #ask(order: Order, search: OrderSearch): Promise<Known | null> {
    const { orderCalls } = this.work.institutionOf(order);
    if (order.s360OrderId !== null) {
      return { adopted: order, details: await orderCalls.orderDetails(order.s360OrderId) };
    }
    const found = await this.#find(order, search);
    if (found === null) return null;
    const { s360OrderId, s360FileId } = found;
    return {
      adopted: { ...order, s360OrderId, s360FileId },
      details: await orderCalls.orderDetails(s360OrderId),
    };
  }

  /** The one that S-360 made of the order. Of several, which it should never have, the one that is furthest. */
  async #find(order: Order, search: OrderSearch): Promise<HistoryOrder | null> {
    const found = await search.byReference(order.externalReference);
    if (found.length > 1) {
      const s360OrderIds = found.map(({ s360OrderId }) => s360OrderId);
      this.work.parts.log.error(
        { order: order.number, s360OrderIds },
        'S-360 has the reference more than once',
      );
    }
    const rank = ({ state }: HistoryOrder): number => ['CLOSED', 'OPEN'].indexOf(state) >>> 0;
    return found.toSorted((one, other) => rank(one) - rank(other))[0] ?? null;
  }

  async #neverCreated(order: Order, askedAt: number): Promise<Order> {
    if (!this.work.doubts.isBeyondDoubt(order, askedAt)) return this.work.doubts.goOn(order, null);
    const { minuteMs } = this.work.parts.timing;
    if (this.work.parts.clock.now() - order.createdAt > REPEAT_WITHIN_MINUTES * minuteMs) {
      return this.acts.leaving.reject(order, TOO_LATE, 'RECONCILER');
    }
    const again = await this.work.records.announce(
      order,
      { state: 'CREATING', step: 'CREATE', doubt: null },
      'RECONCILER',
    );
    return this.acts.creation.create(again, 'RECONCILER');
  }

  #failed(order: Order): Promise<Order> {
    const why = refusal('UPSTREAM_REJECTED', 'The order broke down at S-360', {
      facts: { kind: 'upstream', upstreamCode: 'TECH_ERROR' },
    });
    return this.acts.leaving.reject(order, why, 'UPSTREAM');
  }

  async #goOn(order: Order, details: OrderDetails, askedAt: number): Promise<Order> {
    switch (order.step) {
      case 'CREATE':
        return this.#created(order, details);
      case 'CLOSE':
        return this.#closed(order, details, askedAt);
      case 'UPDATE':
        return this.#updated(order, details, askedAt);
      case 'CANCEL':
        return this.#cancelled(order, details, askedAt);
      case null:
        return this.work.records.settle(order, {}, 'RECONCILER');
      default:
        return unreachable(order.step);
    }
  }

  async #created(order: Order, details: OrderDetails): Promise<Order> {
    if (details.state === 'CLOSED') return becomeClosed(this.work, order, details);
    if (details.state === 'ABANDONED') return this.acts.leaving.expire(order, 'UPSTREAM');
    if (order.state === 'ON_HOLD') return this.acts.creation.readHold(order);
    const { operations, movements, currency, s360OrderId, s360FileId } = details;
    const delta = { operations, movements, currency, s360OrderId, s360FileId };
    const created = await this.work.records.note(
      order,
      { ...createdOrder(order, delta), state: 'CREATING', doubt: null },
      'RECONCILER',
    );
    return this.acts.creation.completeCreation(created, movements, 'RECONCILER');
  }

  async #closed(order: Order, details: OrderDetails, askedAt: number): Promise<Order> {
    if (details.state === 'CLOSED') return becomeClosed(this.work, order, details);
    if (details.state === 'ABANDONED') return this.acts.leaving.expire(order, 'UPSTREAM');
    if (this.work.doubts.isBeyondDoubt(order, askedAt)) return this.acts.closing.close(order, 'RECONCILER');
    // S-360 may be at it: it said so, or it never said anything.
    return order.state === 'IN_DOUBT'
      ? this.work.doubts.goOn(order, null)
      : this.work.records.settle(order, {}, 'RECONCILER');
  }

  async #updated(order: Order, details: OrderDetails, askedAt: number): Promise<Order> {
    if (details.state === 'CLOSED') return becomeClosed(this.work, order, details);
    if (details.state === 'ABANDONED') return this.acts.leaving.expire(order, 'UPSTREAM');
    const { pending } = order;
    if (pending?.kind !== 'update') return this.work.records.settle(order, { step: null }, 'RECONCILER');
    const isDone =
      pending.lines.length > 0
        ? hasNewOperation(order, details)
        : details.contactNumber === pending.contactNumber;
    if (isDone) return this.acts.changes.becomeUpdated(order, details);
    if (!this.work.doubts.isBeyondDoubt(order, askedAt)) return this.work.doubts.goOn(order, null);
    const again = await this.work.records.announce(order, { state: 'ON_HOLD', doubt: null }, 'RECONCILER');
    return this.acts.changes.update(again, 'RECONCILER');
  }

  async #cancelled(order: Order, details: OrderDetails, askedAt: number): Promise<Order> {
    const { pending } = order;
    if (details.state === 'ABANDONED') return this.acts.leaving.becomeAbandoned(order);
    if (pending?.kind !== 'cancel') {
      if (details.state === 'CLOSED') return becomeClosed(this.work, order, details);
      if (!this.work.doubts.isBeyondDoubt(order, askedAt)) return this.work.doubts.goOn(order, null);
      const again = await this.work.records.announce(order, { doubt: null, state: 'ON_HOLD' }, 'RECONCILER');
      return this.acts.leaving.abandon(again, 'RECONCILER');
    }
    if (cancelledShareOf(order, details) === 'all')
      return this.acts.cancelling.becomeCancelled(order, details);
    const mayRepeat = pending.isGranted !== true && this.work.doubts.isBeyondDoubt(order, askedAt);
    if (!mayRepeat) return this.work.doubts.goOn(order, null);
    const again = await this.work.records.announce(order, { state: 'CLOSED', doubt: null }, 'RECONCILER');
    return this.acts.cancelling.cancel(again, 'RECONCILER');
  }
}

/** Nothing is at S-360, and after so long nobody may be waiting: whoever still is sends it again. */
const TOO_LATE = refusal(
  'UPSTREAM_REJECTED',
  'The order never reached S-360, and after so long it is not sent without being asked for: send it again',
  { retryable: true, facts: { kind: 'upstream', upstreamCode: 'not sent' } },
);
