import { OrderRefusal } from '../orders/order-codes.js';
import { reissueTickets } from '../orders/close-order.js';
import { referenceOf } from '../orders/order-history.js';
import type { OrderOffice } from '../orders/order-office.js';
import { totalOf } from '../orders/place-order.js';
import type { Order } from '../orders/order.types.js';
import type { ServedInstitution } from '../sandbox-parts.js';
import { broken, optionalNumber } from './input.js';

const LONGEST_HOLD_MINUTES = 100_000;

/** What was really ordered and who really is a contact, whatever the answers to the calls were. */
export function showBooks({ orders, contacts }: ServedInstitution): object {
  return {
    orders: [...orders.book.list()].map((order) => ({
      orderId: String(order.orderId),
      externalReference: referenceOf(order),
      state: order.state,
      closes: order.closes,
      totalMilli: totalOf(order),
      barcodes: order.tickets.flatMap(({ state, barCode }) =>
        state === 'VALID' && barCode !== null ? [barCode] : [],
      ),
    })),
    contacts: contacts.list().map(({ contactNumber, state }) => ({ contactNumber, state })),
  };
}

/** After the stock was set by hand: what orders hold is taken again, if it was among what came back. */
export function holdAgain({ orders, stock, clock }: ServedInstitution, performanceId: number): void {
  for (const { state, operations } of orders.book.list()) {
    if (state === 'ABANDONNED') continue;
    for (const { sold, movements } of operations) {
      if (sold.kind !== 'performance' || sold.performance.id !== performanceId) continue;
      for (const { seat, ticket } of movements) {
        if (!seat || ticket?.state === 'CANCELLED') continue;
        stock.takeSeats(performanceId, [seat.seatId], clock.now());
      }
    }
  }
}

export const ORDER_RULES = ['institution', 'delayMinutes', 'lifespanMinutes', 'reissue'];

/** Changes how long places are held from now on, or gives the tickets of one order new barcodes. */
export function ruleOrders({ orders }: ServedInstitution, input: Readonly<Record<string, unknown>>): object {
  const rule = { min: 0, max: LONGEST_HOLD_MINUTES, isWhole: false };
  const delayMinutes = optionalNumber(input, 'delayMinutes', rule);
  const lifespanMinutes = optionalNumber(input, 'lifespanMinutes', rule);
  const orderId = optionalNumber(input, 'reissue', { min: 1 });
  const order = orderId === undefined ? null : closedSale(orders, orderId);
  const { rules } = orders;
  rules.delayMinutes = delayMinutes ?? rules.delayMinutes;
  rules.lifespanMinutes = lifespanMinutes ?? rules.lifespanMinutes;
  return {
    delayMinutes: rules.delayMinutes,
    lifespanMinutes: rules.lifespanMinutes,
    ...(order ? { reissued: reissueTickets(orders, order) } : {}),
  };
}

function closedSale({ book }: OrderOffice, orderId: number): Order {
  try {
    const order = book.get(orderId);
    if (order.state === 'CLOSED') return order;
  } catch (error) {
    if (!(error instanceof OrderRefusal)) throw error;
  }
  throw broken('reissue', 'a closed order of that institution', orderId);
}
