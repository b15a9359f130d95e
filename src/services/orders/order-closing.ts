import { upstreamRefusalIn } from '../../datasources/order-refusals.js';
import type { CloseAnswer, OrderDetails } from '../../datasources/s360/order-calls.types.js';
import type { Order, OrderActor, OrderRefusal } from '../../domain/order.js';
import { loadedSnapshot } from '../catalog/loaded-catalog.js';
import { becomeClosed } from './order-closed.js';
import { pendingAccountOf } from './order-draft-rules.js';
import type { OrderLeaving } from './order-leaving.js';
import { refusal, refusalOf } from './order-outcome.js';
import { ticketsOf } from './order-upstream.js';
import { heldAsBefore, sendWindow, upstreamFateOf, type OrderWork } from './order-work.js';

/** Pays an order on the pending account, closes it, and reads its tickets. */
export class OrderClosing {
  constructor(
    private readonly work: OrderWork,
    private readonly leaving: OrderLeaving,
  ) {}

  /** ON_HOLD, or CLOSING whose call never left or surely came to nothing: pays on the pending account and closes. */
  async close(order: Order, by: OrderActor): Promise<Order> {
    const institution = this.work.institutionOf(order);
    const account = pendingAccountOf(
      loadedSnapshot(institution).pointOfSales,
      institution.pendingAccountCode,
    );
    if (account === null || order.totalMilli === null || order.s360OrderId === null) {
      return this.#closeRefused(order, refusal('PAYMENT_REFUSED', NO_ACCOUNT), by);
    }
    const closing = await this.work.records.announce(
      order,
      { state: 'CLOSING', step: 'CLOSE', doubt: null, refusals: [] },
      by,
    );
    let answer: CloseAnswer;
    try {
      answer = await institution.orderCalls.closeOrder(
        {
          s360OrderId: order.s360OrderId,
          contactNumber: order.contactNumber,
          paymentMethodId: account.id,
          totalMilli: order.totalMilli,
        },
        sendWindow(closing),
      );
    } catch (error) {
      switch (upstreamFateOf(error, by)) {
        case 'refused':
          return this.#afterRefusedClose(closing, error, by);
        case 'not done':
          return this.#afterUnsentClose(closing, error);
        default:
          return this.work.doubts.begin(closing, error, by);
      }
    }
    if (answer.state === 'in progress') return this.work.records.settle(closing, {}, 'UPSTREAM');
    return this.finishClosing(closing, answer.details);
  }

  /** S-360 has closed it, or is about to: CLOSED once every barcode is here, CLOSING until then. */
  async finishClosing(order: Order, known: OrderDetails | null): Promise<Order> {
    const isEnough = known !== null && known.state === 'CLOSED' && ticketsOf(order, known) !== null;
    const details = isEnough ? known : await this.work.readDetails(order);
    if (details?.state !== 'CLOSED') {
      if (details?.state === 'ABANDONED') return this.work.end(order, 'EXPIRED', [], 'UPSTREAM');
      return this.work.records.settle(order, { state: 'CLOSING', step: 'CLOSE', doubt: null }, 'UPSTREAM');
    }
    return becomeClosed(this.work, order, details);
  }

  async #afterRefusedClose(order: Order, error: unknown, by: OrderActor): Promise<Order> {
    const reason = upstreamRefusalIn(error)?.reason;
    if (reason === 'already closed') return this.finishClosing(order, null);
    if (reason === 'hold over') return this.work.end(order, 'EXPIRED', [], 'UPSTREAM');
    if (reason === 'wrong amount') {
      this.work.parts.log.error({ order: order.number }, 'what we paid is not what S-360 asks for');
    }
    return this.#closeRefused(order, refusalOf(order, error), by);
  }

  /** Whoever only holds may try again; a sale as a whole ends, and its places go back. */
  #closeRefused(order: Order, why: OrderRefusal, by: OrderActor): Promise<Order> {
    return order.intent === 'PLACE'
      ? this.leaving.giveUp(order, { endsAs: 'REJECTED', refusals: [why] }, by)
      : this.work.records.settle(order, { ...heldAsBefore(order), refusals: [why] }, 'UPSTREAM');
  }

  /** Surely not closed: a sale as a whole goes on by itself, a lone close is the client's to repeat. */
  async #afterUnsentClose(order: Order, error: unknown): Promise<Order> {
    if (order.intent === 'PLACE') return this.work.records.settle(order, { sentAt: null }, 'GATEWAY');
    await this.work.records.settle(order, heldAsBefore(order), 'GATEWAY');
    throw error;
  }
}

const NO_ACCOUNT = 'The pending account that orders are closed on is not among the payment methods';
