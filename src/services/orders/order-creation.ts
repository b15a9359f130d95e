import type { OrderDelta, OrderDetails } from '../../datasources/s360/order-calls.types.js';
import type { Order, OrderActor, OrderRefusal } from '../../domain/order.js';
import { loadedSnapshot } from '../catalog/loaded-catalog.js';
import type { OrderClosing } from './order-closing.js';
import type { OrderLeaving } from './order-leaving.js';
import { refusal, refusalOf } from './order-outcome.js';
import { SEND_WITHIN_MS } from './order-parts.types.js';
import { createdOrder, knownOrder, seatingOf } from './order-upstream.js';
import { lineCall, sendWindow, upstreamFateOf, type OrderWork } from './order-work.js';

/** Makes an order at S-360: places held, chosen seats taken, and the sale completed where that was asked for. */
export class OrderCreation {
  constructor(
    private readonly work: OrderWork,
    private readonly closing: OrderClosing,
    private readonly leaving: OrderLeaving,
  ) {}

  /** CREATING, step CREATE, sent now: holds the places, and closes when that was asked for. */
  async create(order: Order, by: OrderActor): Promise<Order> {
    const institution = this.work.institutionOf(order);
    const snapshot = loadedSnapshot(institution);
    let delta: OrderDelta;
    try {
      delta = await institution.orderCalls.createOrder(
        {
          pointOfSalesId: snapshot.pointOfSales.id,
          externalReference: order.externalReference,
          contactNumber: order.contactNumber,
          lines: order.lines.map((line) => lineCall(line, snapshot)),
        },
        sendWindow(order),
      );
    } catch (error) {
      switch (upstreamFateOf(error, by)) {
        case 'refused':
          return this.work.end(order, 'REJECTED', [refusalOf(order, error)], 'UPSTREAM');
        case 'not done':
          await this.work.end(order, 'REJECTED', [NOT_SENT], 'GATEWAY');
          throw error;
        default:
          return this.work.doubts.begin(order, error, by);
      }
    }
    if (await this.#isOfAnother(order, delta)) {
      return this.work.doubts.begin(order, new Error('S-360 answered with the number of another order'), by);
    }
    // Not written yet: what is done next says it together with its own news.
    return this.completeCreation(
      { ...order, ...createdOrder(order, delta), doubt: null },
      delta.movements,
      by,
    );
  }

  /** The order is open at S-360: its price and its seats are looked at, then it is held, or closed where that was asked for. */
  async completeCreation(order: Order, movements: OrderDetails['movements'], by: OrderActor): Promise<Order> {
    const moved = movedPrices(order);
    if (moved.length > 0) return this.leaving.giveUp(order, { endsAs: 'REJECTED', refusals: moved }, by);
    const { operationIds, seats } = seatingOf(order.lines, movements);
    if (seats.length > 0) {
      try {
        const { orderCalls } = this.work.institutionOf(order);
        await orderCalls.seat(
          { operationIds, seats },
          { sendBefore: this.work.parts.clock.now() + SEND_WITHIN_MS },
        );
      } catch (error) {
        if (upstreamFateOf(error, by) !== 'refused') return this.work.doubts.begin(order, error, by);
        return this.leaving.giveUp(order, { endsAs: 'REJECTED', refusals: [refusalOf(order, error)] }, by);
      }
    }
    if (order.intent === 'PLACE') return this.closing.close(order, by);
    // The step stays until S-360 has said how long it holds.
    const held = await this.work.records.note(order, { state: 'ON_HOLD' }, 'UPSTREAM');
    return this.readHold(held);
  }

  /** The number of an order that is new is in no other one: its tickets would be sold twice. */
  async #isOfAnother({ institution, number }: Order, { s360OrderId }: OrderDelta): Promise<boolean> {
    const known = await this.work.parts.journal.byS360OrderIds(institution, [s360OrderId]);
    return known.some((other) => other.number !== number);
  }

  /** ON_HOLD, step CREATE: how long the hold lasts and what it costs. The order comes back with its step where S-360 did not say. */
  async readHold(order: Order): Promise<Order> {
    const details = await this.work.readDetails(order);
    if (details === null) return this.work.records.settle(order, {}, 'GATEWAY');
    if (details.state === 'ABANDONED') return this.work.end(order, 'EXPIRED', [], 'UPSTREAM');
    const patch = { ...knownOrder(order, details), step: null, sentAt: null };
    const held = await this.work.records.settle(order, patch, 'UPSTREAM');
    this.work.colorsMoved(held);
    return held;
  }
}

const NOT_SENT = refusal('UPSTREAM_REJECTED', 'The order did not reach S-360: send it again', {
  retryable: true,
  facts: { kind: 'upstream', upstreamCode: 'not sent' },
});

/** Whether the order ended because S-360 was surely never asked: the same request may then make it after all. */
export function wasNeverSent({ state, refusals }: Order): boolean {
  return state === 'REJECTED' && refusals.length > 0 && refusals.every(({ retryable }) => retryable);
}

/** What S-360 asks for differs from what the client agreed to. */
function movedPrices({ input, lines }: Order): OrderRefusal[] {
  return input.lines.flatMap(({ expectedUnitMilli }, index) => {
    const actualMilli = lines[index]?.unitMilli;
    if (expectedUnitMilli === null || actualMilli === undefined || actualMilli === expectedUnitMilli)
      return [];
    return [
      refusal('PRICE_CHANGED', 'The price has changed: nothing is held', {
        path: ['lines', String(index), 'expectedUnitPrice'],
        facts: { kind: 'price', expectedMilli: expectedUnitMilli, actualMilli },
      }),
    ];
  });
}
